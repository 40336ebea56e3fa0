import type { Flag } from './flag.js';

/** A table that a command is handed next to its flags, and that no option changes. */
export const givenTable = <T>(table: T): Flag<T> => ({ options: () => [], read: () => table });
