import { isAlias, isMap, isScalar, isSeq, LineCounter, type ParsedNode, parseAllDocuments, type YAMLMap } from 'yaml';
import type { FilePlace } from './place.js';

/** A value of a YAML or JSON text, and where it begins. Aliases are resolved, and merge keys merged. */
export type Located = { readonly at: Required<FilePlace>; readonly tag?: string | undefined } & (
  | {
      readonly kind: 'scalar';
      readonly text: string;
      readonly isQuoted: boolean;
      readonly isBlock: boolean;
      readonly isNull: boolean;
    }
  | { readonly kind: 'map'; readonly entries: ReadonlyMap<string, Located> }
  | { readonly kind: 'list'; readonly items: readonly Located[] }
);

/** Why a text is not YAML, and where. */
export interface LocatedFault {
  readonly line: number;
  /** To follow "not valid: ". */
  readonly why: string;
}

/** The documents of a YAML text; with a fault, none of them. */
interface LocatedText {
  readonly documents: readonly Located[];
  readonly fault: LocatedFault | undefined;
}

/** No configuration is nested deeper. */
const MAX_DEPTH = 200;

/** Values that merge keys may copy in one text: far more than any configuration, and soon done. */
const MAX_MERGED = 200_000;

/**
 * Reads a YAML or JSON text of one or more documents, each with the lines of its values. A value is a text as written:
 * what `512m` or `yes` mean is up to the reader of a format. An alias stands for the very value of its anchor, so that
 * aliases of aliases take no more room than they are written in. A fault is returned, not thrown.
 *
 * @param path the caller's path of the file
 */
export function parseLocated(text: string, path: string): LocatedText {
  const lines = new LineCounter();
  const deep = findDeepBracket(text);
  if (deep !== undefined) return { documents: [], fault: { line: lineAt(text, deep), why: TOO_DEEP } };
  try {
    const parsed = parseAllDocuments(text, {
      lineCounter: lines,
      merge: false,
      logLevel: 'silent',
      // The parser compares each key with all before it.
      uniqueKeys: false,
      prettyErrors: false,
    });
    const documents: Located[] = [];
    const lineOf = (node: ParsedNode | null): number => lines.linePos(node?.range?.[0] ?? 0).line || 1;
    for (const document of parsed) {
      const [error] = document.errors;
      if (error)
        return { documents: [], fault: { line: lines.linePos(error.pos[0]).line || 1, why: tidy(error.message) } };
      if (document.contents) documents.push(new Reading(path, lineOf).read(document.contents as ParsedNode, 0));
    }
    return { documents, fault: undefined };
  } catch (thrown) {
    if (thrown instanceof NotConfiguration) return { documents: [], fault: { line: thrown.line, why: thrown.message } };
    // The parser calls itself for every level.
    if (thrown instanceof RangeError) return { documents: [], fault: { line: 1, why: TOO_DEEP } };
    throw thrown;
  }
}

const TOO_DEEP = `it is nested deeper than ${MAX_DEPTH} levels`;

/** Where more brackets are open than any configuration has: the parser itself would run out of memory there. */
function findDeepBracket(text: string): number | undefined {
  let open = 0;
  for (const { 0: bracket, index } of text.matchAll(/[[\]{}]/g)) {
    open = bracket === '[' || bracket === '{' ? open + 1 : Math.max(0, open - 1);
    if (open > MAX_DEPTH * 5) return index;
  }
  return undefined;
}

const lineAt = (text: string, position: number): number => text.slice(0, position).split('\n').length;

/** The first sentence of the parser's message, without its full stop. */
const tidy = (message: string): string => {
  const [first = ''] = message.split('\n');
  if (/call stack/i.test(first)) return TOO_DEEP;
  const said = first.replace(/[.:]\s*$/, '');
  return said.charAt(0).toLowerCase() + said.slice(1);
};

/** A text that the parser takes, and that no configuration may be. */
class NotConfiguration extends Error {
  constructor(
    readonly line: number,
    message: string,
  ) {
    super(message);
  }
}

/** The reading of one document: its anchors, and what its merge keys have copied. */
class Reading {
  readonly #anchors = new Map<string, Located>();
  readonly #path: string;
  readonly #lineOf: (node: ParsedNode | null) => number;
  #merged = 0;

  constructor(path: string, lineOf: (node: ParsedNode | null) => number) {
    this.#path = path;
    this.#lineOf = lineOf;
  }

  read(node: ParsedNode | null, depth: number): Located {
    const line = this.#lineOf(node);
    const at = { path: this.#path, line };
    if (depth > MAX_DEPTH) throw new NotConfiguration(line, TOO_DEEP);
    if (isAlias(node)) {
      const known = this.#anchors.get(node.source);
      if (!known) throw new NotConfiguration(line, `the alias *${node.source.slice(0, 50)} has no anchor before it`);
      return known;
    }
    const value = this.#readOwn(node, at, depth);
    if (node?.anchor !== undefined) this.#anchors.set(node.anchor, value);
    return value;
  }

  #readOwn(node: ParsedNode | null, at: Required<FilePlace>, depth: number): Located {
    const tag = node?.tag;
    if (isMap(node)) return { kind: 'map', at, tag, entries: this.#readEntries(node as YAMLMap.Parsed, depth) };
    if (isSeq(node))
      return { kind: 'list', at, tag, items: node.items.map((item) => this.read(item as ParsedNode, depth + 1)) };
    if (!isScalar(node)) return { kind: 'scalar', at, tag, text: '', isQuoted: false, isBlock: false, isNull: true };
    const isQuoted = node.type !== undefined && node.type !== 'PLAIN';
    const text = isQuoted || node.source === undefined ? String(node.value ?? '') : node.source;
    const isBlock = node.type?.startsWith('BLOCK') === true;
    return { kind: 'scalar', at, tag, text, isQuoted, isBlock, isNull: node.value === null };
  }

  /** A map's own keys, and then those of its merge keys that it has not: the first of several wins (yaml.org, merge.html). */
  #readEntries(map: YAMLMap.Parsed, depth: number): ReadonlyMap<string, Located> {
    const own = new Map<string, Located>();
    const merged: Located[] = [];
    for (const { key, value } of map.items) {
      const name = this.read(key, depth + 1);
      const read = this.read(value, depth + 1);
      if (name.kind !== 'scalar') continue;
      if (name.text === '<<' && !name.isQuoted) merged.push(...(read.kind === 'list' ? read.items : [read]));
      else if (own.has(name.text))
        throw new NotConfiguration(name.at.line, `the key ${JSON.stringify(name.text.slice(0, 50))} is there twice`);
      // A finding points at the key: its value may be an alias, or begin on a later line.
      else own.set(name.text, { ...read, at: name.at });
    }
    for (const each of merged) {
      if (each.kind !== 'map') continue;
      this.#merged += each.entries.size;
      if (this.#merged > MAX_MERGED) throw new NotConfiguration(each.at.line, 'its merge keys copy too much');
      for (const [name, value] of each.entries) if (!own.has(name)) own.set(name, value);
    }
    return own;
  }
}

/** The value at a path of keys; undefined if there is none. */
export function dig(value: Located | undefined, ...keys: readonly string[]): Located | undefined {
  return keys.reduce<Located | undefined>(
    (each, key) => (each?.kind === 'map' ? each.entries.get(key) : undefined),
    value,
  );
}

/** The text of a value that is one and is not null; undefined for any other. */
export const scalarOf = (value: Located | undefined): string | undefined =>
  value?.kind === 'scalar' && !value.isNull ? value.text : undefined;

/** The items of a list; of a value that is none, nothing. */
export const itemsOf = (value: Located | undefined): readonly Located[] => (value?.kind === 'list' ? value.items : []);

/** The entries of a map; of a value that is none, nothing. */
export const entriesOf = (value: Located | undefined): readonly (readonly [string, Located])[] =>
  value?.kind === 'map' ? [...value.entries] : [];
