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
 * Reads earlyoom.service with the files that its `EnvironmentFile=` names: the unit runs `earlyoom $EARLYOOM_ARGS`, with the
 * variable from `/etc/default/earlyoom` (earlyoom, earlyoom.service.in) or from `Environment=`. Undefined if the tree has
 * neither the unit nor that file, or only such as the caller did not ask for.
 */
export function readEarlyoom(
  files: readonly FileInTree[],
  units: readonly UnitInTree[],
  { mayBeElsewhere = () => false, isAsked = () => true }: EarlyoomFacts = {},
): Earlyoom | undefined {
  const unit = units.find(({ name }) => name === 'earlyoom.service');
  const paths = listEnvironmentFiles(unit);
  const own = [...files.filter(({ path }) => paths.includes(path)).map(({ shown }) => shown), unit?.place.path];
  const place = own.find((path) => path !== undefined && isAsked(path));
  if (place === undefined) return undefined;
  const { words, isOpen } = readWords({ files, unit, mayBeElsewhere });
  const at = words.find((word) => isAsked(word.at.path))?.at ?? { path: place };
  const isPlaced = (each: { readonly at: FilePlace }) => isAsked(each.at.path);
  // Of several -s the last counts, which may be in a file that is not here.
  const floors = isOpen ? [] : readSwapFloors(words, at);
  return { at, patterns: readPatterns(words).filter(isPlaced), swapFloors: floors.filter(isPlaced) };
}

/** What is known of the host besides the files. */
interface EarlyoomFacts {
  /** Whether the host may have a file at a path although the tree has none. */
  readonly mayBeElsewhere?: (path: string) => boolean;
  /** Whether the caller asked for a file, by its path for the caller. */
  readonly isAsked?: (shown: string) => boolean;
}

const DEFAULTS_FILE = 'etc/default/earlyoom';

/** A file or link of a tree, with its path on the host. */
interface EntryInTree {
  readonly path: string;
  readonly text?: string;
}

/** Paths on the host of the files that earlyoom.service reads variables from, without a leading slash. */
export const listEarlyoomFiles = (entries: readonly EntryInTree[]): readonly string[] =>
  entries
    .filter(({ path }) => /(?:^|\/)systemd\/system\/earlyoom\.service(?:$|\.d\/)/.test(path))
    .flatMap(({ text = '' }) => [...text.matchAll(/^[ \t]*EnvironmentFile[ \t]*=[ \t]*-?\/+(\S+)[ \t]*$/gm)])
    .map(([, path = '']) => path);

/** What decides about the arguments of earlyoom. */
interface Sources {
  readonly files: readonly FileInTree[];
  readonly unit: UnitInTree | undefined;
  readonly mayBeElsewhere: NonNullable<EarlyoomFacts['mayBeElsewhere']>;
}

/** Arguments in order. */
interface Words {
  readonly words: readonly Word[];
  /** Whether a file that is not here may say otherwise. */
  readonly isOpen: boolean;
}

/** The arguments of earlyoom, with variables replaced where they stand (systemd.service(5), "Command lines"). */
function readWords(sources: Sources): Words {
  const command = findCommand(sources.unit);
  if (!command) return readVariable('EARLYOOM_ARGS', sources);
  const parts = splitCommand(command.text, command.at).map((word): Words => {
    const names = [...word.text.matchAll(/\$\{?([A-Za-z_]\w*)/g)].map(([, name = '']) => name);
    const values = names.map((name) => readVariable(name, sources));
    // In a word with more than the variable, such as a script, its own options count as well.
    const own = /^\$\{?\w+\}?$/.test(word.text) ? [] : [word];
    return { words: [...own, ...values.flatMap(({ words }) => words)], isOpen: values.some(({ isOpen }) => isOpen) };
  });
  return { words: parts.flatMap(({ words }) => words), isOpen: parts.some(({ isOpen }) => isOpen) };
}

/** A variable of the unit: files override its own, and the later file the earlier (systemd.exec(5), EnvironmentFile=). */
function readVariable(name: string, { files, unit, mayBeElsewhere }: Sources): Words {
  let words = (unit && readUnitVariable(name, unit)) ?? [];
  let isOpen = false;
  for (const path of listEnvironmentFiles(unit)) {
    const file = files.find((each) => each.path === path || isLikely(each, path));
    const found = file && readFileVariable(name, file.text, file.shown);
    if (found) words = found;
    if (found) isOpen = false;
    else if (!file && mayBeElsewhere(path)) isOpen = true;
  }
  return { words, isOpen };
}

/** Whether a file that has its place by its name alone, as one in a repository, is the one at a path. */
const isLikely = (file: FileInTree, path: string): boolean =>
  file.path === DEFAULTS_FILE && !`/${file.shown}`.endsWith(`/${DEFAULTS_FILE}`) && /\/earlyoom[^/]*$/.test(path);

/**
 * The files that a unit reads variables from, in order, without a leading slash; `-` before one only says that it may be
 * missing. If the tree lacks the unit file, the file of defaults is one of them unless a drop-in resets that.
 */
function listEnvironmentFiles(unit: UnitInTree | undefined): readonly string[] {
  if (!unit) return [DEFAULTS_FILE];
  const named = unit.unit.values(unit.section, 'EnvironmentFile').map((name) => name.replace(/^-?\/+/, ''));
  const isReset = unit.assignments('EnvironmentFile').some(({ value }) => value === '');
  return unit.isKnownInPart && !isReset ? [DEFAULTS_FILE, ...named] : named;
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

/** The variable from `Environment=` of the unit. */
function readUnitVariable(name: string, unit: UnitInTree): Word[] | undefined {
  const all = unit.assignments('Environment');
  return all
    .slice(all.findLastIndex(({ value }) => value === '') + 1)
    .flatMap(({ value, path, line }) => splitVariable(value).map((text) => ({ text, at: { path, line } })))
    .filter(({ text }) => text.startsWith(`${name}=`))
    .map(({ text, at }) =>
      splitVariable(text.slice(name.length + 1)).map((word): Word => ({ text: word, written: undefined, at })),
    )
    .at(-1);
}

function readFileVariable(variable: string, text: string, path: string): Word[] | undefined {
  const last = parseEnvironmentFile(text).findLast(({ name }) => name === variable);
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
