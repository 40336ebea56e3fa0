import { resolve } from 'node:path';
import type { OomdrillError } from '../../core/errors.js';
import { usageError } from '../../core/errors.js';
import { describeGiven } from '../../core/issue.js';
import { mustError } from '../../core/must.js';
import type { DeclaredOption } from '../declared-option.js';
import { valueSyntax } from './declarations.js';
import { labelOf, type Setting } from './settings.js';

/** Values that may be written as numbers, by their syntax. */
const NUMBERS = new Set(['<n>', '<divisor>', '<port>', '<size>', '<rate>', '<duration>']);

const SWITCH_WORDS: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['yes', true],
  ['1', true],
  ['false', false],
  ['no', false],
  ['0', false],
]);

export const isSwitch = (option: DeclaredOption): boolean => !option.required;

export const takesNumber = (option: DeclaredOption): boolean => NUMBERS.has(valueSyntax(option));

/** What a value in a file must be for an option, to follow "must"; undefined where it is that. */
export function mustOfValue(option: DeclaredOption, raw: unknown): string | undefined {
  if (isSwitch(option)) return typeof raw === 'boolean' ? undefined : 'be true or false';
  if (typeof raw === 'string' || (takesNumber(option) && typeof raw === 'number')) return undefined;
  if (!option.isList) return `be a string in quotes${takesNumber(option) ? ', or a number' : ''}`;
  const isList = Array.isArray(raw) && raw.length > 0 && raw.every((each) => typeof each === 'string');
  return isList ? undefined : 'be a string in quotes, or a list of at least one such string';
}

/**
 * The value of an option as commander would have made it of the command line.
 *
 * @param dir the folder that paths of the configuration file are relative to
 * @throws OomdrillError `VARIABLE_INVALID`, `CONFIG_INVALID`, and those of the option's own parser
 */
export function readValue(setting: Setting, option: DeclaredOption, dir: string | undefined): unknown {
  const { source } = setting;
  const raw = single(setting.raw);
  if ('variable' in source) {
    const text = String(raw);
    return isSwitch(option) ? switchValue(option, parseSwitch(source.variable, text)) : parseTexts(option, [text]);
  }
  const must = mustOfValue(option, raw);
  // It was checked before, against all options of this name.
  if (must !== undefined && Array.isArray(raw)) throw listError(labelOf(source), raw);
  if (must !== undefined) throw valueError(labelOf(source), must, raw);
  if (isSwitch(option)) return switchValue(option, raw === true);
  return parseTexts(
    option,
    [raw].flat().map((each) => absolutePath(option, String(each), dir)),
  );
}

/** A list of one value is that value: where one command takes several, another may take one. */
const single = (raw: unknown): unknown => (Array.isArray(raw) && raw.length === 1 ? raw[0] : raw);

/** The error of a value in a file. */
export function valueError(label: string, must: string, raw: unknown): OomdrillError {
  return usageError('CONFIG_INVALID', `${label} must ${must}${describeGiven(raw)}.`, HINT);
}

/** A list at the top level, of which other commands take several values and this one does not. */
function listError(label: string, raw: readonly unknown[]): OomdrillError {
  const message = `${label} must be a single value for this command (got ${raw.join(', ')}).`;
  return usageError('CONFIG_INVALID', message, 'Put the list into the section of the command that takes several.');
}

const HINT = '`oomdrill config` shows every option and where it is set.';

function parseSwitch(variable: string, text: string): boolean {
  const value = SWITCH_WORDS.get(text.trim().toLowerCase());
  if (value === undefined) throw mustError('VARIABLE_INVALID', variable, 'be true or false', text, HINT);
  return value;
}

/** A switch that is off is one that was not given; one that forbids is on unless it is set. */
const switchValue = (option: DeclaredOption, on: boolean): boolean | undefined =>
  on || option.negate ? on : undefined;

/** As though each text stood behind the option. */
function parseTexts(option: DeclaredOption, texts: readonly string[]): unknown {
  const { parseArg } = option;
  if (!parseArg) return texts.at(-1);
  return texts.reduce<unknown>((before, text) => parseArg(text, before), undefined);
}

/** A path of the file as one from the working folder; - is standard output, and a bundle without a dot in front is a name. */
function absolutePath(option: DeclaredOption, text: string, dir: string | undefined): string {
  const syntax = valueSyntax(option);
  // `<dir|oomdrill>` is a directory, or that word.
  const [kind, word = '-'] = syntax.slice(1, -1).split('|');
  const isNamed = (kind === 'file' || kind === 'dir') && text !== word;
  const isPath = isNamed || /^\.\.?(?:\/|$)/.test(text);
  return isPath && dir !== undefined && text.trim() !== '' ? resolve(dir, text) : text;
}

/**
 * @param label of the setting
 * @throws OomdrillError `COMMAND_LINE_ONLY` for an option that nothing else may set
 */
export function refuseOffCommandLine({ rule, long }: DeclaredOption, label: string): void {
  if (rule.commandLineOnly === undefined) return;
  throw usageError(
    'COMMAND_LINE_ONLY',
    `${label} must be given on the command line, as ${long}, because ${rule.commandLineOnly}.`,
    `Remove it, and write ${long} where it is meant.`,
  );
}
