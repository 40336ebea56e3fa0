/**
 * Waits until all promises have settled, also when one has failed, and then throws the first failure. After a failure,
 * Promise.all would let the others run on while their folder or machine is removed.
 */
export async function waitForAll(...promises: readonly Promise<unknown>[]): Promise<void> {
  const results = await Promise.allSettled(promises);
  const failed = results.find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
}
