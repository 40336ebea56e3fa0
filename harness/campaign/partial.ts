/**
 * Carries out work whose results the caller collects as they come. An error, such as an interruption, is returned and
 * not thrown, so that the caller can report the results until then.
 *
 * @param isAnythingDone whether there are results; without any, the error is thrown
 * @returns the error that ended the work early; undefined if the work was completed
 */
export async function keepPartial(work: () => Promise<unknown>, isAnythingDone = () => true): Promise<unknown> {
  try {
    await work();
    return undefined;
  } catch (thrown) {
    if (isAnythingDone()) return thrown;
    throw thrown;
  }
}
