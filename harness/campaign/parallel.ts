import { waitForAll } from '../core/wait-for-all.js';

/** Does the work for each item, for so many of them at a time, in their order. The first error stops what has not begun. */
export async function inParallel<T>(
  places: number,
  items: readonly T[],
  work: (item: T) => Promise<void>,
): Promise<void> {
  const left = [...items];
  const worker = async () => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) {
      await work(item).catch((thrown: unknown) => {
        left.length = 0;
        throw thrown;
      });
    }
  };
  await waitForAll(...Array.from({ length: places }, worker));
}
