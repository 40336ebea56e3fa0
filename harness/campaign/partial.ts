/**
 * Carries out work of many drills whose results the caller collects as they come. What breaks it off, an interruption above all, is
 * given back instead of thrown, so that what was done before it can be told.
 *
 * @param isAnythingDone whether there is anything to tell; where there is nothing, what broke the work off is thrown after all
 * @returns what broke the work off; undefined where it came to its end
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
