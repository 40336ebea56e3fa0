import fc from 'fast-check';
import type { Property } from './property.js';

/** Some inputs of one property, which follow from the seed alone. */
export interface Batch {
  readonly property: string;
  readonly seed: number;
  readonly runs: number;
}

/** An input for which a property does not hold. */
export interface Finding {
  readonly property: string;
  /** Where fast-check found it: the input follows from both, as long as the generators do not change. */
  readonly seed: number;
  readonly path: string;
  /** The smallest input that was found. */
  readonly input: unknown;
  /** What was seen, in one line. */
  readonly why: string;
}

interface BatchOptions {
  /** Called before each input with its number, from 0: what is under way if the process does not come back. */
  readonly onInput?: (index: number) => void;
  /** Called when it came back from an input. What follows is the making of the next one, which may take its time. */
  readonly onChecked?: () => void;
  /** After this time no further inputs are tried, ms. */
  readonly limitMs?: number;
}

/** In place of the number of an input: none is tried, for the process loads its properties or makes the next input. */
export const NO_INPUT = -1;

/** One input must take no more CPU time than this, ms. */
const MAX_INPUT_MS = 1_000;

/** So many inputs that take too long are tried in search of a smaller one. */
const MAX_SLOW_TRIES = 5;

/** Tries a property on some inputs; resolves with the smallest input for which it does not hold, if there is one. */
export async function runBatch(
  property: Property,
  { seed, runs }: Pick<Batch, 'seed' | 'runs'>,
  { onInput, onChecked, limitMs }: BatchOptions = {},
): Promise<{ readonly tried: number; readonly finding: Finding | undefined }> {
  const isSlow = createSlownessCheck();
  let tried = 0;
  const each = fc.asyncProperty(property.inputs, async (input) => {
    onInput?.(tried);
    tried++;
    try {
      await isSlow(() => property.check(input));
    } finally {
      onChecked?.();
    }
  });
  const limits = limitMs === undefined ? {} : { interruptAfterTimeLimit: limitMs };
  const { failed, counterexample, counterexamplePath, errorInstance } = await fc.check(each, {
    seed,
    numRuns: runs,
    ...limits,
  });
  if (!failed) return { tried, finding: undefined };
  const path = counterexamplePath ?? '';
  const finding = { property: property.name, seed, path, input: counterexample?.[0], why: describe(errorInstance) };
  return { tried, finding };
}

/** Fails a check that takes too long; after some such, no more are made, so that a search for a smaller input ends. */
function createSlownessCheck() {
  let slow = 0;
  return async (check: () => void | Promise<void>): Promise<void> => {
    if (slow > MAX_SLOW_TRIES) return;
    const before = process.cpuUsage();
    await check();
    const { user, system } = process.cpuUsage(before);
    const ms = (user + system) / 1_000;
    if (ms <= MAX_INPUT_MS) return;
    slow++;
    throw new Error(`one input took ${(ms / 1_000).toFixed(1)} s of CPU time`);
  };
}

/** The first line of the message, and where it was thrown. */
function describe(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  const at = /^ +at (.*)$/m.exec(thrown.stack ?? '')?.[1] ?? '';
  return `${thrown.name}: ${thrown.message.split('\n', 1)[0]} (${at.replace(/^.*\/(?=harness|fuzz)/, '')})`;
}
