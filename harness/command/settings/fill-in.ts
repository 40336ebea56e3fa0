import type { Command } from 'commander';
import type { DeclaredOption } from '../declared-option.js';
import { listDeclarations, rootOf, sectionOf, settableOptions } from './declarations.js';
import { findSetting } from './find-setting.js';
import { nameSources } from './name-sources.js';
import { labelOf, type Setting, type Settings } from './settings.js';
import { readValue, refuseOffCommandLine } from './value.js';

type OnFault = (error: unknown, name: string) => void;

/** An option that is not on the command line, and what sets it. */
interface Candidate {
  readonly option: DeclaredOption;
  readonly setting: Setting;
}

/**
 * Gives a command the options that its command line does not give, from the environment and the configuration file. Called when the
 * command line is read, and before options are missed or refused for each other.
 *
 * What does not go with a stronger setting is passed over: it was only a default.
 *
 * @param onFault is called with the error of a value and the name of its option, and may throw it
 * @returns what was found, in the order of `--help`
 */
export function fillIn(command: Command, settings: Settings, onFault: OnFault = rethrow): readonly Setting[] {
  const all = listSettings(command, settings, onFault);
  const done = new Map<string, Setting>();
  const fill = ({ option, setting }: Candidate) => {
    const why = whyPassedOver(command, option, setting, done);
    done.set(setting.name, why === undefined ? setting : { ...setting, passedOver: why });
    if (why !== undefined) return;
    try {
      refuseOffCommandLine(option, labelOf(setting.source));
      const value = readValue(setting, option, settings.config?.dir);
      command.setOptionValueWithSource(setting.name, value, 'variable' in setting.source ? 'env' : 'config');
    } catch (thrown) {
      onFault(nameSources(thrown, [setting]), setting.name);
    }
  };
  for (const candidate of [...all].sort((a, b) => orderOf(a) - orderOf(b) || a.setting.rank - b.setting.rank))
    fill(candidate);
  return all.flatMap(({ setting: { name } }) => done.get(name) ?? []);
}

const rethrow = (error: unknown): never => {
  throw error;
};

function listSettings(command: Command, settings: Settings, onFault: OnFault): Candidate[] {
  const declarations = listDeclarations(rootOf(command));
  const section = sectionOf(command);
  return settableOptions(command).flatMap((option) => {
    if (command.getOptionValueSource(option.attributeName()) === 'cli') return [];
    try {
      const setting = findSetting(option, section, settings, declarations);
      return setting ? [{ option, setting }] : [];
    } catch (thrown) {
      onFault(thrown, option.attributeName());
      return [];
    }
  });
}

/** First what decides about others, last what needs another. */
function orderOf({ option: { rule } }: Candidate): number {
  if (rule.excludes) return 0;
  return rule.needs === undefined ? 1 : 2;
}

function whyPassedOver(
  command: Command,
  option: DeclaredOption,
  { name, rank }: Setting,
  done: ReadonlyMap<string, Setting>,
): string | undefined {
  for (const other of settableOptions(command)) {
    const key = other.attributeName();
    const value: unknown = command.getOptionValue(key);
    if (other.rule.excludes?.(value).includes(name)) return `it does not go with ${shownOption(other, value)}`;
    const isStronger = (done.get(key)?.rank ?? -1) < rank;
    if (value !== undefined && option.rule.alternatives?.includes(key) && isStronger)
      return `it does not go with ${shownOption(other, value)}`;
  }
  const { needs } = option.rule;
  if (needs === undefined || command.getOptionValue(needs) !== undefined) return undefined;
  return `it means nothing without ${settableOptions(command).find((each) => each.attributeName() === needs)?.long}`;
}

const shownOption = (option: DeclaredOption, value: unknown): string =>
  typeof value === 'string' ? `${option.long} ${value}` : `${option.long}`;
