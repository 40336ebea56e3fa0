import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { pollUntil } from './deadline.js';

/** A reader that was started together with us, as in `jq . <fifo & oomdrill ...`, needs time to come. */
const READER_MS = 10_000;

/**
 * Opens a FIFO for writing. The plain open(2) waits for a reader for ever, and cannot be interrupted (fifo(7)).
 *
 * @throws OomdrillError `FIFO_UNREAD` where no process opens it for reading, and the system's errors
 */
export async function openFifo(file: string, timeoutMs = READER_MS): Promise<FileHandle> {
  const attempt = () =>
    open(file, constants.O_WRONLY | constants.O_NONBLOCK).catch((cause: NodeJS.ErrnoException) => {
      if (cause.code === 'ENXIO') return undefined;
      throw cause;
    });
  const reason = `a process to read ${file}`;
  const hint = 'Start what reads the FIFO first, or name a file.';
  // Held until the other is open: a reader that saw the only writer go would take that for the end.
  await using _ = await pollUntil(attempt, { reason, timeoutMs, hint, code: 'FIFO_UNREAD' });
  // A write to this one waits while the FIFO is full, instead of failing.
  return await open(file, 'w');
}
