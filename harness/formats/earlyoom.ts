import type { Bytes } from '../core/bytes.js';
import { parseEnvironmentFile, splitVariable } from '../systemd/environment-file.js';
import type { FilePlace } from './place.js';
import { type FileInTree, findCommand, type UnitInTree } from './unit-in-tree.js';

/** A pattern for names of processes, as earlyoom receives it. */
export interface NamePattern {
  readonly option: '--prefer' | '--avoid' | '--ignore';
  readonly text: string;
  /** The pattern as written; undefined unless systemd removes backslashes from it. */
  readonly written: string | undefined;
  readonly at: FilePlace;
}

/** earlyoom's settings, as it receives them. */
export interface Earlyoom {
  readonly at: FilePlace;
  readonly patterns: readonly NamePattern[];
  /** It acts when free swap is below the lowest of these, and memory is low as well. */
  readonly swapFloors: readonly SwapFloor[];
}

/** `-s` is a percentage of the swap, `-S` an amount (earlyoom(1)). */
type SwapFloor = ({ readonly percent: number } | { readonly bytes: Bytes }) & { readonly at: FilePlace };

interface Word {
  readonly text: string;
  readonly written: string | undefined;
  readonly at: FilePlace;
}

/** Stands for a backslash that every parser must keep; no configuration contains it (Unicode, private use). */
const KEPT = '\uE000';

/**
 * Reads `/etc/default/earlyoom` and earlyoom.service: the unit runs `earlyoom $EARLYOOM_ARGS`, with the variable from
 * that file (earlyoom, earlyoom.service.in) or from `Environment=`. Undefined if the tree has neither of them.
 */
export function readEarlyoom(files: readonly FileInTree[], units: readonly UnitInTree[]): Earlyoom | undefined {
  const file = files.find(({ path }) => path === DEFAULTS_FILE);
  const unit = units.find(({ name }) => name === 'earlyoom.service');
  if (!file && !unit) return undefined;
  const words = readWords(file, unit);
  const at = words[0]?.at ?? (file ? { path: file.shown } : (unit?.place ?? { path: 'earlyoom.service' }));
  return { at, patterns: readPatterns(words), swapFloors: readSwapFloors(words, at) };
}

const DEFAULTS_FILE = 'etc/default/earlyoom';

/** The arguments of earlyoom, in order. */
function readWords(file: FileInTree | undefined, unit: UnitInTree | undefined): readonly Word[] {
  const command = findCommand(unit);
  const own = command ? splitCommand(command.text, command.at) : [];
  if (command && !/\$\{?EARLYOOM_ARGS\b/.test(command.text)) return own;
  // Settings of the file override those of the unit (systemd.exec(5), EnvironmentFile=).
  const fromFile = file && readsDefaults(unit) ? readFileVariable(file.text, file.shown) : undefined;
  const variable = fromFile ?? (unit && readUnitVariable(unit)) ?? [];
  return own.concat(variable);
}

function readPatterns(words: readonly Word[]): NamePattern[] {
  const options = ['--prefer', '--avoid', '--ignore'] as const;
  return options.flatMap((option) =>
    findValues(words, option).map(({ text, written, at }) => ({ option, text, written, at })),
  );
}

function readSwapFloors(words: readonly Word[], at: FilePlace): SwapFloor[] {
  const share = findAmount(words, 's');
  const size = findAmount(words, 'S');
  // The default is 10 % (earlyoom(1), -s).
  if (!share && !size) return [{ percent: 10, at }];
  const floors: SwapFloor[] = [];
  if (share) floors.push({ percent: share.amount, at: share.at });
  if (size) floors.push({ bytes: size.amount * 1024, at: size.at });
  return floors;
}

/** The last value above zero of an option of one letter. */
function findAmount(words: readonly Word[], letter: string): { amount: number; at: FilePlace } | undefined {
  return findValues(words, `-${letter}`, letter)
    .map(({ text, at }) => ({ amount: Number.parseFloat(text), at }))
    .findLast(({ amount }) => amount > 0);
}

/**
 * systemd removes quotes, and keeps a backslash that begins no C escape, with a warning (systemd,
 * EXTRACT_CUNESCAPE_RELAX).
 */
function splitCommand(command: string, at: FilePlace): Word[] {
  return splitVariable(command.replaceAll('\\', KEPT)).map((text) => ({
    text: text.replaceAll(KEPT, '\\'),
    written: undefined,
    at,
  }));
}

/**
 * Whether the unit reads the file of defaults. If the tree lacks its unit file, it does unless a drop-in resets that.
 */
function readsDefaults(unit: UnitInTree | undefined): boolean {
  const files = unit?.unit.values(unit.section, 'EnvironmentFile') ?? [];
  if (!unit || files.some((name) => name.replace(/^-/, '') === `/${DEFAULTS_FILE}`)) return true;
  return unit.isKnownInPart && !unit.assignments('EnvironmentFile').some(({ value }) => value === '');
}

/** The variable from `Environment=` of the unit. */
function readUnitVariable(unit: UnitInTree): Word[] | undefined {
  const all = unit.assignments('Environment');
  return all
    .slice(all.findLastIndex(({ value }) => value === '') + 1)
    .flatMap(({ value, path, line }) => splitVariable(value).map((text) => ({ text, at: { path, line } })))
    .filter(({ text }) => text.startsWith(VARIABLE))
    .map(({ text, at }) =>
      splitVariable(text.slice(VARIABLE.length)).map((word): Word => ({ text: word, written: undefined, at })),
    )
    .at(-1);
}

const VARIABLE = 'EARLYOOM_ARGS=';

function readFileVariable(text: string, path: string): Word[] | undefined {
  const last = parseEnvironmentFile(text).findLast(({ name }) => name === 'EARLYOOM_ARGS');
  if (!last) return undefined;
  const at = { path, line: last.line };
  const words = splitVariable(last.value);
  const kept = parseEnvironmentFile(last.raw.replace(/\\(?!["'\n])/g, KEPT)).at(-1)?.value ?? '';
  const written = splitVariable(kept);
  return words.map((word, index) => {
    const before = written.length === words.length ? (written[index] ?? '') : '';
    const isEaten = (before.match(/\uE000+/g)?.length ?? 0) > (word.match(/\\+/g)?.length ?? 0);
    return { text: word, written: isEaten ? before.replaceAll(KEPT, '\\') : undefined, at };
  });
}

/** Arguments of an option: `--prefer X`, `--prefer=X`, `-s X`, `-sX` (getopt_long(3)). */
function findValues(words: readonly Word[], option: string, short?: string): Word[] {
  return words.flatMap((word, index) => {
    if (word.text === option) return words[index + 1] ?? [];
    const lead = short === undefined ? `${option}=` : `-${short}`;
    if (!word.text.startsWith(lead) || word.text === lead) return [];
    const { text, written } = word;
    return { ...word, text: text.slice(lead.length), written: written?.slice(lead.length) };
  });
}
