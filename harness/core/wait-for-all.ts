/**
 * Waits until all have ended, also when one has failed, and then throws the first failure. With Promise.all the others would go on
 * behind it, and find the folder or the machine gone that they work on.
 */
export async function waitForAll(...works: readonly Promise<unknown>[]): Promise<void> {
  const ends = await Promise.allSettled(works);
  const failed = ends.find((end) => end.status === 'rejected');
  if (failed) throw failed.reason;
}
