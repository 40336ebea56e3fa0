import { textOf } from './printable-text.js';
import { printError } from './standard-streams.js';

/** Says something to people on standard error, after the name of the program. Further lines stand below, as they are. */
export const say = (line: string, ...below: readonly string[]): void =>
  printError(textOf([`oomdrill: ${line}`, ...below]));
