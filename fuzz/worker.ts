import { openSync, writeSync } from 'node:fs';
import { type Batch, NO_INPUT, runBatch } from './batch.js';
import { PROPERTIES } from './properties.js';

// Started by night.ts, which kills it when it does not come back from an input: `worker.ts FILE`. It writes the number
// of each input into FILE before it tries it, and afterwards that it tries none.

/** What the worker says of a batch. */
export interface BatchResult extends Awaited<ReturnType<typeof runBatch>> {
  readonly ms: number;
  /** The most memory that the process ever had, bytes. */
  readonly maxRssBytes: number;
}

/** A batch ends after this time, whatever its number of inputs. */
const MAX_BATCH_MS = 10_000;

const [, , stateFile = ''] = process.argv;
const state = openSync(stateFile, 'w');
const number = new Float64Array(1);

process.on('message', async ({ property: name, ...batch }: Batch) => {
  const property = PROPERTIES.find((each) => each.name === name);
  if (!property) throw new Error(`there is no property ${name}`);
  const start = performance.now();
  const write = (index: number) => {
    number[0] = index;
    writeSync(state, number, 0, 8, 0);
  };
  const result = await runBatch(property, batch, {
    onInput: write,
    onChecked: () => write(NO_INPUT),
    limitMs: MAX_BATCH_MS,
  });
  const maxRssBytes = process.resourceUsage().maxRSS * 1024;
  process.send?.({ ...result, ms: performance.now() - start, maxRssBytes } satisfies BatchResult);
});
process.on('disconnect', () => process.exit());
