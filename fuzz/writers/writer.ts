import type fc from 'fast-check';
import { mustBeSame } from '../answer.js';
import { type Property, property } from '../property.js';

interface WriterOptions<T> {
  readonly name: string;
  readonly covers: readonly string[];
  readonly inputs: fc.Arbitrary<T>;
  readonly write: (input: T) => string | Promise<string>;
  /** Reads the text with a reader of another maker, or back with our own. @throws Error if it is not what was written */
  readonly readBack: (text: string, input: T) => void | Promise<void>;
}

/** A writer gives the same text each time, which its readers read. */
export const writer = <T>({ name, covers, inputs, write, readBack }: WriterOptions<T>): Property =>
  property<T>({
    name: `write-${name}`,
    covers,
    inputs,
    async check(input) {
      const text = await write(input);
      mustBeSame(text, await write(input), 'the second time');
      await readBack(text, input);
    },
  });
