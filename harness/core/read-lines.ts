import { isUtf8 } from 'node:buffer';
import { formatBytes, MIB } from './bytes.js';
import { type ReadOptions, readChunks } from './file-chunks.js';

/** A line of a text file. */
export interface Line {
  /** Without its line break. Cut off at the bound; bytes that are not UTF-8 are U+FFFD. */
  readonly text: string;
  /** From 1. */
  readonly number: number;
  /** Whether a line break ends it, which may be missing from the last one. */
  readonly isEnded: boolean;
  /** Why the text is not all of the line, to follow "line 5: ": too long, or not in UTF-8. */
  readonly fault?: string;
}

/** No line that oomdrill writes comes near it. */
const MAX_LINE_BYTES = 4 * MIB;

const LINE_BREAK = 0x0a;
const BYTE_ORDER_MARK = Buffer.from('\uFEFF');

/**
 * Reads a text file line by line, so that a large one is never in memory as a whole. Lines are bounded as the file is.
 *
 * @throws OomdrillError as `readChunks`
 */
export function* readLines(path: string, options: ReadOptions): Generator<Line> {
  let number = 0;
  let kept: Buffer[] = [];
  const next = (last: Buffer, isEnded: boolean): Line => {
    const bytes = kept.length === 0 ? last : Buffer.concat([...kept, last]);
    kept = [];
    number += 1;
    return toLine(bytes, number, isEnded);
  };
  for (const chunk of readChunks(path, options)) {
    let from = 0;
    for (let at = chunk.indexOf(LINE_BREAK); at !== -1; at = chunk.indexOf(LINE_BREAK, from)) {
      yield next(chunk.subarray(from, at), true);
      from = at + 1;
    }
    if (from < chunk.length) kept.push(chunk.subarray(from));
  }
  if (kept.length > 0) yield next(Buffer.alloc(0), false);
}

function toLine(given: Buffer, number: number, isEnded: boolean): Line {
  const bytes = number === 1 && given.indexOf(BYTE_ORDER_MARK) === 0 ? given.subarray(BYTE_ORDER_MARK.length) : given;
  if (bytes.length > MAX_LINE_BYTES) {
    const text = bytes.toString('utf8', 0, MAX_LINE_BYTES);
    return { text, number, isEnded, fault: `it is longer than ${formatBytes(MAX_LINE_BYTES)}` };
  }
  const text = bytes.toString('utf8');
  // The character may be in the text itself.
  if (text.includes('\uFFFD') && !isUtf8(bytes)) return { text, number, isEnded, fault: 'it is not text in UTF-8' };
  return { text, number, isEnded };
}

/** The lines of a text that is in memory. */
export function* linesOf(text: string): Generator<Line> {
  let from = 0;
  for (let number = 1; from < text.length; number++) {
    const at = text.indexOf('\n', from);
    yield { text: text.slice(from, at === -1 ? undefined : at), number, isEnded: at !== -1 };
    from = at === -1 ? text.length : at + 1;
  }
}
