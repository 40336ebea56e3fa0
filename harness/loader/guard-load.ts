import { usageError } from '../core/errors.js';
import { guardEarlyExit } from './early-exit.js';

/** Time for a file to load, milliseconds. It declares, and has little to wait for. */
const LOAD_MS = 30_000;

/**
 * Waits for a file of the user's to load. Also fails where it never ends, or throws what is not awaited.
 *
 * A file that ends the process is reported, as is one that waits for nothing that could come: an exit status of 0 would
 * look as if all had been drilled. One file at a time.
 *
 * @param file for the errors
 * @throws OomdrillError `MODULE_LOAD`, and what the file throws
 */
export async function guardLoad<T>(file: string, load: () => Promise<T>, timeoutMs = LOAD_MS): Promise<T> {
  const loadError = (why: string) =>
    usageError('MODULE_LOAD', `${file} could not be loaded: ${why}.`, 'Take out of it what does more than declare.');
  const early = loadError('it ended the program, or waits for what never comes');
  let fail: (thrown: unknown) => void = () => {};
  const failure = new Promise<never>((_, reject) => {
    fail = reject;
  });
  const late = () => fail(loadError(`it was not done after ${timeoutMs / 1000} s`));
  const timer = setTimeout(late, timeoutMs).unref();
  process.setUncaughtExceptionCaptureCallback(fail);
  try {
    return await guardEarlyExit(early, () => Promise.race([load(), failure]));
  } finally {
    clearTimeout(timer);
    process.setUncaughtExceptionCaptureCallback(null);
  }
}
