import { usageError } from '../core/errors.js';
import { isObject } from '../core/format.js';
import type { InjectionKind } from '../inject/injection.js';
import type { Reporter } from '../report/reporter.js';
import type { Probe } from '../workload/probe.js';
import { guardReporter } from './guard-reporter.js';
import type { ConfigFile } from './load-config.js';

/** What a configuration file adds to our tables. */
export interface OwnTables {
  readonly reporters: readonly Reporter[];
  readonly probes: readonly Probe[];
  readonly injections: readonly InjectionKind[];
}

export const NO_OWN_TABLES: OwnTables = { reporters: [], probes: [], injections: [] };

/** What an entry must be: a sentence that goes on after "must", undefined where it is right. */
type Check = (entry: Readonly<Record<string, unknown>>) => string | undefined;

/** It is an option, so it is written as one. */
const OPTION_NAME = /^(?!no-)[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/;

const isFunction = (value: unknown) => typeof value === 'function';
const isText = (value: unknown) => typeof value === 'string' && value.trim() !== '';

const mustOfReporter: Check = ({ name, description, output, render, note }) => {
  if (typeof name !== 'string' || !OPTION_NAME.test(name))
    return 'have a name of small letters, digits and dashes, not beginning with no-, because it is its option';
  if (!isText(description)) return 'have a description, which --help prints';
  if (output !== 'file' && output !== 'stdout') return "have output: 'file' or 'stdout'";
  if (!isFunction(render)) return 'have a function render';
  if (output === 'stdout' && !isFunction(note)) return 'have a function note, because it prints';
  return undefined;
};

const mustOfProbe: Check = ({ name, ask }) => {
  if (!isText(name)) return 'have a name, which a bundle uses';
  return isFunction(ask) ? undefined : 'have a function ask';
};

const KIND_FUNCTIONS = [
  'contradictionIn',
  'unfitAsBystander',
  'inWords',
  'expectedRampMs',
  'needsMemoryMax',
  'fit',
  'plan',
] as const;

const mustOfInjection: Check = (kind) => {
  if (!isText(kind.name)) return 'have a name, which records bear';
  if (!isText(kind.summary)) return 'have a summary';
  if (!isObject(kind.words) || !isText(kind.words.noun) || !isText(kind.words.verb))
    return 'have words: { noun, verb }';
  const missing = KIND_FUNCTIONS.find((name) => !isFunction(kind[name]));
  return missing === undefined ? undefined : `have a function ${missing}`;
};

/** The tables that a file may add to. */
export const TABLE_KEYS = ['reporters', 'probes', 'injections'] as const;

const CHECKS: Readonly<Record<keyof OwnTables, Check>> = {
  reporters: mustOfReporter,
  probes: mustOfProbe,
  injections: mustOfInjection,
};

/**
 * Checks the reporters, probes and injections of a configuration file, which no compiler may have read.
 *
 * @param takenNames that a reporter must not have, because its name is its option and its variable
 * @throws OomdrillError `CONFIG_INVALID`
 */
export async function readOwnTables(config: ConfigFile, takenNames: readonly string[]): Promise<OwnTables> {
  const [{ PROBE_KINDS }, { INJECTION_KINDS }] = await Promise.all([
    import('../workload/probes.js'),
    import('../inject/kinds.js'),
  ]);
  return {
    reporters: readTable<Reporter>(config, 'reporters', takenNames).map((each) => guardReporter(each, config.file)),
    probes: readTable<Probe>(config, 'probes', PROBE_KINDS),
    injections: readTable<InjectionKind>(config, 'injections', namesOf(INJECTION_KINDS)),
  };
}

const namesOf = (table: readonly { readonly name: string }[]): string[] => table.map(({ name }) => name);

/** @throws OomdrillError `CONFIG_INVALID` */
function readTable<Entry>({ file, values }: ConfigFile, key: keyof OwnTables, taken: readonly string[]): Entry[] {
  const table = values[key];
  const refuse = (where: string, must: string) => usageError('CONFIG_INVALID', `${file}: ${where} must ${must}.`, HINT);
  if (table === undefined) return [];
  if (!Array.isArray(table)) throw refuse(key, 'be a list of objects');
  const names = new Set(taken);
  return table.map((entry: unknown, index) => {
    const where = `${key}[${index}]`;
    const must = isObject(entry) ? CHECKS[key](entry) : 'be an object';
    if (must !== undefined) throw refuse(where, must);
    // Its shape is checked; what its functions give is not known before they are called.
    const checked = entry as Entry & { readonly name: string };
    if (names.has(checked.name)) throw refuse(where, `have another name: "${checked.name}" is taken`);
    names.add(checked.name);
    return checked;
  });
}

const HINT = 'See docs/configuration.md, "Reporters, probes and injections of your own".';
