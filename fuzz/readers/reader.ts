import type fc from 'fast-check';
import { type Answer, ask, mustBeSame } from '../answer.js';
import { type Property, property } from '../property.js';

interface ReaderOptions<T> {
  readonly name: string;
  readonly covers: readonly string[];
  readonly inputs: fc.Arbitrary<T>;
  readonly read: (input: T) => unknown;
  /** The input in another form of the same meaning, of which the reader must say the same: by what it differs. */
  readonly alike?: Readonly<Record<string, (input: T) => T>>;
  /** What two inputs of the same meaning have in common; by default the whole answer. */
  readonly meaning?: (answer: Answer) => unknown;
  /** What must hold of a value that was read. @throws Error */
  readonly must?: (value: never, input: T) => void | Promise<void>;
}

/**
 * A reader gives a value or one of our errors, the same each time, and says the same of another form of the same input.
 */
export function reader<T>({ name, covers, inputs, read, alike = {}, meaning, must }: ReaderOptions<T>): Property {
  return property<T>({
    name: `read-${name}`,
    covers,
    inputs,
    async check(input) {
      const answer = await ask(() => read(input));
      mustBeSame(answer, await ask(() => read(input)), 'the second time');
      const mean = meaning ?? ((each: Answer) => each);
      for (const [how, change] of Object.entries(alike))
        mustBeSame(mean(answer), mean(await ask(() => read(change(input)))), how);
      if ('value' in answer) await must?.(answer.value as never, input);
    },
  });
}

/** Line ends of Windows, where the format does not care for them. */
export const withCrlf = (text: string): string => text.replace(/\r?\n/g, '\r\n');
