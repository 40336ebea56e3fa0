import { CI_COMMAND, UNPRINTABLE } from './printable.js';

/** How JSON.stringify writes a lone surrogate, which many readers refuse (RFC 8259, 8.2); not after a backslash that is text. */
const LONE_SURROGATE = /(?<!\\)((?:\\\\)*)\\ud[89a-f][0-9a-f]{2}/g;

/**
 * A value as JSON that can be printed, and that every reader takes. What `printable` would escape is written as an escape of
 * JSON, so that the value is the same when it is read. Lone surrogates, which are not text, become U+FFFD.
 *
 * @param space as of JSON.stringify
 */
export const jsonText = (value: unknown, space?: number): string =>
  JSON.stringify(value, null, space)
    .replace(LONE_SURROGATE, '$1\ufffd')
    .replace(UNPRINTABLE, (character) => (character === '\n' ? character : escapeUnits(character)))
    .replace(CI_COMMAND, '\\u0023#');

const escapeUnits = (character: string): string =>
  Array.from({ length: character.length }, (_, unit) => character.charCodeAt(unit))
    .map((code) => `\\u${code.toString(16).padStart(4, '0')}`)
    .join('');
