import { waitForAll } from '../core/wait-for-all.js';

/**
 * Does the work for each item in order, for at most `limit` items at the same time. After the first error no further
 * item is started; the error is thrown when the running work has ended.
 */
export async function runInParallel<T>(
  limit: number,
  items: readonly T[],
  work: (item: T) => Promise<void>,
): Promise<void> {
  const queue = [...items];
  const worker = async () => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) {
      await work(item).catch((thrown: unknown) => {
        queue.length = 0;
        throw thrown;
      });
    }
  };
  await waitForAll(...Array.from({ length: limit }, worker));
}
