import type { Command } from 'commander';
import type { ConfigFile } from '../../config/load-config.js';
import { TABLE_KEYS } from '../../config/own-tables.js';
import { suggestName } from '../../core/edit-distance.js';
import { type OomdrillError, usageError } from '../../core/errors.js';
import { isObject } from '../../core/format.js';
import { type Declaration, isShared, listDeclarations, sectionsWith } from './declarations.js';
import { mustOfValue, refuseOffCommandLine, valueError } from './value.js';

/** Tables that a user's configuration must not add to, and why: docs/architecture.md. */
const REFUSED_TABLES: Readonly<Record<string, string>> = {
  outcomes: 'a verdict must mean the same everywhere',
  machines: 'all drills rest on its clean state, and `oomdrill reap` must know what it leaves behind',
  guests: 'all drills rest on its clean state',
  workloads: 'its commands run as root in the guest, and prove that the limits are in effect',
  rules: 'a suppression in a unit file must mean the same for all readers of that file',
};

/**
 * Checks that every key of a configuration file is known, and its value of the right type: what is misspelt would
 * otherwise silently have no effect.
 *
 * @throws OomdrillError `CONFIG_INVALID`, with the file and the key
 */
export function checkConfig({ file, values }: ConfigFile, program: Command): void {
  const declarations = listDeclarations(program);
  const sections = new Set(declarations.map(({ section }) => section));
  for (const [key, value] of Object.entries(values)) {
    if (value === undefined || TABLE_KEYS.some((table) => table === key)) continue;
    if (sections.has(key) && isObject(value)) checkSection(file, key, value, declarations);
    else checkShared(file, key, value, declarations);
  }
}

function checkSection(
  file: string,
  section: string,
  values: Readonly<Record<string, unknown>>,
  declarations: readonly Declaration[],
): void {
  const own = declarations.filter((each) => each.section === section);
  for (const [key, value] of Object.entries(values)) {
    const declared = own.filter(({ name }) => name === key);
    const where = `${file}: ${section}.${key}`;
    if (declared.length === 0) {
      const names = own.map(({ name }) => name);
      throw unknownKeyError(where, `an option of oomdrill ${section}`, key, names);
    }
    checkValue(where, value, declared);
  }
}

function checkShared(file: string, key: string, value: unknown, declarations: readonly Declaration[]): void {
  const where = `${file}: ${key}`;
  const declared = declarations.filter(({ name, option }) => name === key && !option.rule.own);
  const sections = sectionsWith(key, declarations);
  if (Object.hasOwn(REFUSED_TABLES, key))
    throw usageError(
      'CONFIG_INVALID',
      `${where} cannot be added by a configuration, because ${REFUSED_TABLES[key]}.`,
      'See docs/architecture.md, "May a user\'s own configuration add to a table?".',
    );
  if (sections.length === 0) {
    const isSection = declarations.some(({ section }) => section === key);
    if (isSection) throw usageError('CONFIG_INVALID', `${where} must be an object with options of oomdrill ${key}.`);
    const keys = declarations.flatMap(({ section, name }) => [section, name]);
    throw unknownKeyError(where, 'a command or an option', key, [...keys, ...TABLE_KEYS]);
  }
  if (!isShared(key, declarations))
    throw usageError(
      'CONFIG_INVALID',
      `${where} must be in the section of a command, because it means something else in each.`,
      `Write ${sections.map((section) => `${section}: { ${key}: ... }`).join(' or ')}.`,
    );
  checkValue(where, value, declared);
}

/** It must be right for one of the options: a list of guests is for one command, and a single one for all. */
function checkValue(where: string, value: unknown, declared: readonly Declaration[]): void {
  if (value === undefined) return;
  for (const { option } of declared) refuseOffCommandLine(option, where);
  const musts = declared.map(({ option }) => mustOfValue(option, value));
  const [must] = musts;
  if (must !== undefined && musts.every((each) => each !== undefined)) throw valueError(where, must, value);
}

function unknownKeyError(where: string, what: string, key: string, names: readonly string[]): OomdrillError {
  const hint = suggestName(key, [...new Set(names)], 'docs/configuration.md lists all keys.');
  return usageError('CONFIG_INVALID', `${where} is not ${what}.`, hint);
}
