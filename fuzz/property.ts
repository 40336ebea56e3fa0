import type fc from 'fast-check';

/**
 * What must hold of one reader or writer, whatever it is given. The inputs are values of JSON, so that one for which the
 * property does not hold can be kept as a file.
 */
// biome-ignore lint/suspicious/noExplicitAny: a table holds properties of all kinds of inputs
export interface Property<T = any> {
  /** Unique, and part of a file's name: `read-record`. */
  readonly name: string;
  /** The functions of the program that it is about, as `PATH NAME`: `harness/core/bytes.ts parseBytes`. */
  readonly covers: readonly string[];
  readonly inputs: fc.Arbitrary<T>;
  /** @throws anything if the property does not hold of this input */
  readonly check: (input: T) => void | Promise<void>;
}

/** The property with its inputs' type checked against its check's. */
export const property = <T>(parts: Property<T>): Property => parts;
