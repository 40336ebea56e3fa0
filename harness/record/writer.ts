import { createWriteStream, type WriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { machineError, type OomdrillError } from '../core/errors.js';
import { jsonText } from '../core/json-text.js';
import type { Entry } from './schema.js';
import { Thinning } from './thinning.js';

/**
 * Writes a record, one JSON line per entry. After a crash the entries until then can be read. A full disk sets `error`,
 * and makes `close` throw; it never ends the process.
 */
export class RecordWriter {
  readonly path: string;
  readonly #stream: WriteStream;
  readonly #thinning = new Thinning();
  #error: OomdrillError | undefined;

  constructor(path: string) {
    this.path = path;
    this.#stream = createWriteStream(path, { flags: 'wx' });
    this.#stream.on('error', (cause: NodeJS.ErrnoException) => {
      this.#error ??= machineError(
        'RECORD_WRITE',
        `Could not write the record ${path} (${cause.code}).`,
        cause.code === 'ENOSPC'
          ? 'The disk is full: free some space, or name another directory with --out.'
          : 'Name another directory with --out.',
        cause,
      );
    });
  }

  /** The first error of the disk. */
  get error(): OomdrillError | undefined {
    return this.#error;
  }

  /** Writes an entry. Of a long hold in a steady state some samples are left out, and others written a little later. */
  write(entry: Entry): void {
    for (const each of this.#thinning.take(entry)) this.#put(each);
  }

  #put(entry: Entry): void {
    if (!this.#error && !this.#stream.writableEnded) this.#stream.write(`${jsonText(entry)}\n`);
  }

  /** @throws OomdrillError `RECORD_WRITE` if some entries did not reach the disk */
  async close(): Promise<void> {
    for (const each of this.#thinning.rest()) this.#put(each);
    this.#stream.end();
    // The handler of the stream's 'error' event has kept the cause.
    await finished(this.#stream).catch(() => {});
    if (this.#error) throw this.#error;
  }
}
