import type { Command } from 'commander';
import { messageOf, OomdrillError } from '../../core/errors.js';
import { say } from '../../core/say.js';
import { DeclaredArgument } from '../declared-option.js';
import { checkConfig } from './check-config.js';
import { rootOf, settableOptions } from './declarations.js';
import { fillIn } from './fill-in.js';
import type { BrokenConfig, Setting, Settings } from './settings.js';
import { findUnknownVariables } from './unknown-variables.js';

/**
 * Applies the environment and the configuration file to a command, and warns about variables that mean nothing.
 *
 * @throws OomdrillError that of a broken file, and those of `fillIn`
 */
export function applySettings(command: Command, settings: Settings, broken: BrokenConfig): readonly Setting[] {
  const { config, fault } = withCheckedConfig(settings, rootOf(command));
  if (fault && broken === 'refused') throw fault;
  if (broken !== 'reported') {
    for (const { name, hint } of findUnknownVariables(settings.env, rootOf(command)))
      warn(`${name} has no effect. ${hint}`);
    if (fault) warn(`${messageOf(fault)} The file is ignored.`);
  }
  return fillIn(command, { ...settings, config });
}

/** The settings with a file whose keys are right, or else with its fault. */
export function withCheckedConfig(settings: Settings, program: Command): Settings {
  if (!settings.config) return settings;
  try {
    checkConfig(settings.config, program);
    return settings;
  } catch (thrown) {
    if (thrown instanceof OomdrillError) return { ...settings, config: undefined, fault: thrown };
    throw thrown;
  }
}

/** Settings that mean nothing next to the argument were defaults only: `run NAME` with a suite in the configuration. */
export function yieldToArgument(command: Command): void {
  const [argument] = command.registeredArguments;
  if (!(argument instanceof DeclaredArgument) || command.args.length === 0) return;
  for (const option of settableOptions(command)) {
    const name = option.attributeName();
    if (!argument.excludes.includes(name) || command.getOptionValueSource(name) === 'cli') continue;
    command.setOptionValueWithSource(name, option.defaultValue, 'default');
  }
}

const warn = (what: string) => say(`warning: ${what}`);

export { nameSources } from './name-sources.js';
