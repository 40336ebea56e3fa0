import type { Command } from 'commander';
import { NO_OWN_TABLES } from '../config/own-tables.js';
import { CONFIG_SCHEMA, configSchema, type OptionInForce } from '../contract/config.js';
import { messageOf } from '../core/errors.js';
import { renderConfig } from '../report/config.js';
import { chooseStyle } from '../report/layout.js';
import { conclude, documentOf } from './conclude.js';
import type { ConfigFlags } from './declaration/config.js';
import type { DeclaredOption } from './declared-option.js';
import { commandPath, type DocumentedCommand } from './documented-command.js';
import { commandAt } from './help-command.js';
import { withCheckedConfig } from './settings/apply.js';
import { settableOptions } from './settings/declarations.js';
import { fillIn } from './settings/fill-in.js';
import { NO_SETTINGS, type Setting, type Settings } from './settings/settings.js';
import { findUnknownVariables } from './settings/unknown-variables.js';

const USAGE_ERROR = 64;

/** `oomdrill config`: what is in force, and where it is set. A wrong setting is shown like the others. */
export async function executeConfig(
  path: readonly string[],
  flags: ConfigFlags,
  program: DocumentedCommand,
): Promise<void> {
  await conclude(flags, async () => {
    const { config, fault, env } = withCheckedConfig(program.settings ?? NO_SETTINGS, program);
    const { reporters, probes, injections } = program.settings?.own ?? NO_OWN_TABLES;
    const asked = path.length === 0 ? program : commandAt(program, path);
    const commands = commandsBelow(asked).map((command) => ({
      command: commandPath(command).replace(/^\S+ /, ''),
      options: optionsInForce(command, { env, config }),
    }));
    const report = {
      schema: CONFIG_SCHEMA,
      file: program.settings?.file ?? null,
      fault: fault === undefined ? null : fault.message,
      reporters: reporters.map(({ name }) => name),
      probes: probes.map(({ name }) => name),
      injections: injections.map(({ name }) => name),
      commands,
      unknownVariables: findUnknownVariables(env, program),
    } as const;
    const { columns } = chooseStyle(process.stdout, process.env);
    const isWrong = fault !== undefined || commands.some(({ options }) => options.some((each) => each.fault));
    return {
      document: documentOf(configSchema, report),
      text: renderConfig(report, path.length > 0, columns),
      exitCode: isWrong ? USAGE_ERROR : 0,
    };
  });
}

/** Commands with options of ours: not `help`, and not those of libraries. */
function commandsBelow(command: Command): Command[] {
  const below = command.commands.flatMap(commandsBelow);
  return settableOptions(command).length > 0 ? [command, ...below] : below;
}

function optionsInForce(command: Command, settings: Settings): OptionInForce[] {
  const faults = new Map<string, string>();
  const found = fillIn(command, settings, (thrown, name) => faults.set(name, messageOf(thrown)));
  return settableOptions(command).map((option) => {
    const name = option.attributeName();
    const setting = found.find((each) => each.name === name);
    // What this very call was given is in force for no other.
    const isOfThisCall = command.getOptionValueSource(name) === 'cli';
    const value = isOfThisCall ? option.defaultValue : command.getOptionValue(name);
    return optionInForce(option, value, setting, faults.get(name));
  });
}

function optionInForce(
  option: DeclaredOption,
  value: unknown,
  setting: Setting | undefined,
  fault: string | undefined,
): OptionInForce {
  const base = { option: option.long ?? option.flags, value: asValue(option, value) };
  if (!setting) return { ...base, setBy: fault === undefined ? 'default' : 'variable', fault };
  const { source, passedOver } = setting;
  return 'variable' in source
    ? { ...base, setBy: 'variable', variable: source.variable, passedOver, fault }
    : { ...base, setBy: 'file', key: source.key, passedOver, fault };
}

/** As the option has it: a switch is on where it was given, and so is `--no-x`. */
function asValue(option: DeclaredOption, value: unknown): OptionInForce['value'] {
  if (option.negate) return value === false;
  if (value === undefined) return option.required ? null : false;
  return Array.isArray(value) ? value.map(String) : typeof value === 'boolean' ? value : String(value);
}
