import { createWriteStream, type WriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { machineError, type OomdrillError } from '../core/errors.js';
import type { Entry } from './schema.js';

/**
 * Writes a record, one JSON line an entry, in the order in which it was handed them. What was written before a crash can be
 * read. A disk that is full shows at the next entry, and again at the close; it never ends the process by itself.
 */
export class RecordWriter {
  readonly path: string;
  readonly #stream: WriteStream;
  #error: OomdrillError | undefined;

  constructor(path: string) {
    this.path = path;
    this.#stream = createWriteStream(path, { flags: 'wx' });
    this.#stream.on('error', (cause: NodeJS.ErrnoException) => {
      this.#error ??= machineError(
        'RECORD_WRITE',
        `The record ${path} cannot be written (${cause.code}).`,
        cause.code === 'ENOSPC'
          ? 'The disk is full: make room, or name another place with --out.'
          : 'Name another place with --out.',
        cause,
      );
    });
  }

  /** What went wrong with the disk so far. */
  get error(): OomdrillError | undefined {
    return this.#error;
  }

  write(entry: Entry): void {
    if (!this.#error && !this.#stream.writableEnded) this.#stream.write(`${JSON.stringify(entry)}\n`);
  }

  /** @throws OomdrillError `RECORD_WRITE` when not all of it reached the disk */
  async close(): Promise<void> {
    this.#stream.end();
    // What went wrong is told by the stream's own 'error', which is kept above.
    await finished(this.#stream).catch(() => {});
    if (this.#error) throw this.#error;
  }
}
