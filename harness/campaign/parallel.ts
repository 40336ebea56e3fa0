import { waitForAll } from '../core/wait-for-all.js';

/** What a piece of work says of the room that it had: whether others at the same time were in its way. */
export type WorkRoom = 'enough' | 'too-little';

/**
 * Does the work for each item in order, for at most `limit` items at the same time, and for one fewer from each item on that had
 * too little room, while another one ran. After the first error no further item is started; the error is thrown when the
 * running work has ended.
 *
 * @param onFewer called with how many there may be from now on
 */
export async function runInParallel<T>(
  limit: number,
  items: readonly T[],
  work: (item: T) => Promise<WorkRoom>,
  onFewer: (limit: number) => void = () => {},
): Promise<void> {
  const queue = [...items];
  let [most, running] = [limit, 0];
  const worker = async () => {
    while (queue.length > 0 && running < most) {
      const item = queue.shift() as T;
      running += 1;
      let hadOthers = running > 1;
      const room = await work(item)
        .catch((thrown: unknown) => {
          queue.length = 0;
          throw thrown;
        })
        .finally(() => {
          hadOthers ||= running > 1;
          running -= 1;
        });
      if (room === 'enough' || !hadOthers || most === 1) continue;
      most -= 1;
      onFewer(most);
    }
  };
  await waitForAll(...Array.from({ length: limit }, worker));
}
