import fc from 'fast-check';
import { token } from './text.js';

/** One change of a text; places are shares of its length, so that they fit any text. */
type Change = (text: string) => string;

/** No input is longer: it is as long as what a small machine reads in a second, many times over. */
const MAX_LENGTH = 200_000;

/** All pieces together of a piece that is repeated. */
const MAX_PIECES_LENGTH = 60_000;

/**
 * Texts of a corpus with some changes, as damage, editors and mischief make them: characters and lines that are lost,
 * doubled, swapped, replaced by what means something, cut off, or come from another text of the corpus. They shrink
 * towards an unchanged text.
 */
export function mutated(corpus: readonly string[], words: readonly string[] = []): fc.Arbitrary<string> {
  const change = changes(corpus, words);
  const few = fc
    .tuple(fc.constantFrom(...corpus), fc.array(change, { maxLength: 5 }))
    .map(([text, applied]) => applied.reduce((changed, apply) => apply(changed).slice(0, MAX_LENGTH), text));
  return words.length === 0 ? few : fc.oneof({ arbitrary: few, weight: 30 }, { arbitrary: torrents(words), weight: 1 });
}

/** A line of few words, each of them many times: what takes long to split in all possible ways. */
const torrents = (words: readonly string[]): fc.Arbitrary<string> =>
  fc
    .array(fc.tuple(fc.constantFrom(...words), fc.constantFrom(1, 1, 3, 5_000)), { minLength: 1, maxLength: 6 })
    .map((pieces) => pieces.map(([word, times]) => word.repeat(Math.min(times, 60_000 / (word.length + 1)))).join(''))
    .map((text) => text.slice(0, MAX_LENGTH));

function changes(corpus: readonly string[], words: readonly string[]): fc.Arbitrary<Change> {
  const inserted = words.length === 0 ? token() : fc.oneof(token(), fc.constantFrom(...words));
  const place = fc.double({ min: 0, max: 1, noNaN: true });
  return fc.oneof(
    { arbitrary: fc.tuple(place, inserted).map(([at, text]) => insert(at, text)), weight: 4 },
    { arbitrary: fc.tuple(place, fc.nat({ max: 12 })).map(([at, length]) => cut(at, length)), weight: 3 },
    { arbitrary: fc.tuple(place, inserted).map(([at, text]) => replaceWord(at, text)), weight: 4 },
    { arbitrary: fc.tuple(place, place).map(([from, to]) => moveLine(from, to)), weight: 2 },
    { arbitrary: fc.tuple(place, repeats()).map(([at, times]) => repeatLine(at, times)), weight: 2 },
    {
      arbitrary: fc.tuple(place, inserted, repeats()).map(([at, text, times]) => insert(at, text.repeat(times))),
      weight: 1,
    },
    {
      arbitrary: place.map(
        (at): Change =>
          (text) =>
            text.slice(0, scale(at, text)),
      ),
      weight: 1,
    },
    {
      arbitrary: fc.tuple(place, fc.constantFrom(...corpus), place).map(([at, other, from]) => splice(at, other, from)),
      weight: 1,
    },
    {
      arbitrary: fc
        .tuple(place, fc.integer({ min: 1, max: 12 }), fc.integer({ min: 2_000, max: 20_000 }))
        .map(([at, length, times]) => repeatPiece(at, length, times)),
      weight: 1,
    },
    { arbitrary: fc.tuple(place, fc.nat({ max: 0xffff })).map(([at, code]) => flip(at, code)), weight: 2 },
  );
}

/** Mostly few; now and then so many that an algorithm that is quadratic shows. */
const repeats = (): fc.Arbitrary<number> =>
  fc.oneof(
    { arbitrary: fc.integer({ min: 1, max: 4 }), weight: 8 },
    { arbitrary: fc.integer({ min: 100, max: 4_000 }), weight: 1 },
  );

const scale = (at: number, text: string): number => Math.floor(at * text.length);

const insert =
  (at: number, inserted: string): Change =>
  (text) =>
    text.slice(0, scale(at, text)) + inserted + text.slice(scale(at, text));

const cut =
  (at: number, length: number): Change =>
  (text) =>
    text.slice(0, scale(at, text)) + text.slice(scale(at, text) + length);

/** Many times the same piece of one line: what a regular expression that tries all ways to split it cannot take. */
const repeatPiece =
  (at: number, length: number, times: number): Change =>
  (text) => {
    const start = scale(at, text);
    const piece = text.slice(start, start + length);
    const fitting = Math.min(times, Math.floor(MAX_PIECES_LENGTH / (piece.length + 1)));
    return text.slice(0, start) + piece.repeat(fitting) + text.slice(start);
  };

const flip =
  (at: number, code: number): Change =>
  (text) =>
    text.slice(0, scale(at, text)) + String.fromCharCode(code) + text.slice(scale(at, text) + 1);

/** Replaces a number or a word as a whole. */
const replaceWord =
  (at: number, replacement: string): Change =>
  (text) => {
    const words = [...text.slice(0, MAX_LENGTH).matchAll(/-?[\w.]+/g)];
    const word = words[Math.floor(at * words.length)];
    if (!word) return text + replacement;
    return text.slice(0, word.index) + replacement + text.slice(word.index + word[0].length);
  };

const changeLines =
  (change: (lines: string[]) => void): Change =>
  (text) => {
    const lines = text.split('\n');
    change(lines);
    return lines.join('\n');
  };

const moveLine = (from: number, to: number): Change =>
  changeLines((lines) => {
    const [moved = ''] = lines.splice(Math.floor(from * lines.length), 1);
    lines.splice(Math.floor(to * lines.length), 0, moved);
  });

const repeatLine = (at: number, times: number): Change =>
  changeLines((lines) => {
    const index = Math.min(lines.length - 1, Math.floor(at * lines.length));
    const line = lines[index] ?? '';
    const fitting = Math.min(times, Math.floor(MAX_LENGTH / (line.length + 1)));
    lines.splice(index, 0, ...Array.from({ length: fitting }, () => line));
  });

const splice =
  (at: number, other: string, from: number): Change =>
  (text) =>
    text.slice(0, scale(at, text)) + other.slice(scale(from, other));
