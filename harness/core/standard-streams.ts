import { fstatSync, writeSync } from 'node:fs';
import { machineError, messageOf, type OomdrillError } from './errors.js';
import type { PrintableText } from './printable-text.js';

/**
 * Standard output or standard error. What is written there can be lost at any time: a reader such as `head` has seen enough, a
 * terminal is gone, a disk is full. That ends nothing and throws nothing; the first error is kept.
 */
class StandardStream {
  /** Why no more can be written. */
  failure: NodeJS.ErrnoException | undefined;
  readonly #fd: number;
  readonly #get: () => NodeJS.WriteStream;
  /** The stream's own `write`, once all other callers of it are sent elsewhere. */
  #ownWrite: NodeJS.WriteStream['write'] | undefined;
  #isGuarded = false;

  /** @param get gives the stream, which Node.js opens only when it is asked for */
  constructor(fd: number, get: () => NodeJS.WriteStream) {
    this.#fd = fd;
    this.#get = get;
  }

  /** The stream, whose errors do no harm. */
  get guarded(): NodeJS.WriteStream {
    const stream = this.#get();
    if (!this.#isGuarded) {
      this.#isGuarded = true;
      stream.on('error', (thrown: NodeJS.ErrnoException) => {
        this.failure ??= thrown;
      });
    }
    return stream;
  }

  write(text: string): void {
    const stream = this.guarded;
    if (this.failure) return;
    if (this.#ownWrite && !stream.isTTY && isFile(this.#fd)) this.#writeWhole(text);
    else this.#write(stream, text);
  }

  /** Keeps `write` to this object; what anyone else writes goes to another stream. */
  claim(other: StandardStream): void {
    const stream = this.guarded;
    this.#ownWrite = stream.write.bind(stream);
    stream.write = other.guarded.write.bind(other.guarded);
  }

  /** Waits until all is handed over, or cannot be. */
  async flush(): Promise<void> {
    const stream = this.guarded;
    if (!this.failure && stream.writableLength > 0)
      await new Promise<void>((resolve) => this.#write(stream, '', () => resolve()));
    // The event of an error comes after the call that it belongs to.
    await new Promise((resolve) => setImmediate(resolve));
  }

  #write(stream: NodeJS.WriteStream, text: string, done?: () => void): void {
    (this.#ownWrite ?? stream.write.bind(stream))(text, done);
  }

  /** Node.js takes a write to a file for done of which a full disk took only the beginning. */
  #writeWhole(text: string): void {
    const bytes = Buffer.from(text);
    try {
      for (let done = 0; done < bytes.length; ) done += writeSync(this.#fd, bytes, done);
    } catch (thrown) {
      this.failure = thrown as NodeJS.ErrnoException;
    }
  }
}

/** A file or a device, and no pipe or socket. */
function isFile(fd: number): boolean {
  const found = fstatSync(fd);
  return found.isFile() || found.isCharacterDevice();
}

const stdout = new StandardStream(1, () => process.stdout);
const stderr = new StandardStream(2, () => process.stderr);

/** A program waits for all that is printed. */
let isNeededWhole = false;

/** Prints results on standard output, for people or programs. Never throws; `findLostOutput` says what was lost. */
export function print(text: PrintableText): void {
  stdout.write(text);
}

/** Prints what is of no use in part, such as the JSON of `--json -`: a reader that ends too early loses it. */
export function printWhole(text: PrintableText): void {
  isNeededWhole = true;
  stdout.write(text);
}

/** Prints on standard error. Never throws. */
export function printError(text: PrintableText): void {
  stderr.write(text);
}

/** Standard error for what draws on a terminal. Writing to it never fails. */
export const guardedStderr = (): NodeJS.WriteStream => stderr.guarded;

/**
 * Makes standard output that of `print` alone, as long as the process lives. What a user's file or a library prints, as with
 * `console.log`, goes to standard error, where it is not mixed into JSON.
 */
export function claimStandardOutput(): void {
  stdout.claim(stderr);
}

/** Waits until both streams have handed over what was written, or cannot. A slow reader, such as a pager, is waited for. */
export async function flushStandardStreams(): Promise<void> {
  await Promise.all([stdout.flush(), stderr.flush()]);
}

/**
 * The error of results that were printed and are lost, after a flush; undefined where nothing is. A reader that ended early, as `head`
 * does, has lost nothing that it wanted, except where it was to have the whole.
 */
export function findLostOutput(): OomdrillError | undefined {
  const cause = stdout.failure;
  if (!cause || (cause.code === 'EPIPE' && !isNeededWhole)) return undefined;
  const why = cause.code === 'EPIPE' ? 'its reader ended before it had read all' : messageOf(cause);
  const hint = 'Name a file on a disk with room with --json, or pipe it to a program that reads to the end.';
  return machineError('OUTPUT_WRITE', `Standard output could not be written: ${why}.`, hint, cause);
}

/** Ends the process when its output is handed over: `process.exit` alone drops what a pipe has not taken yet. */
export function exitFlushed(status?: number): void {
  void flushStandardStreams().finally(() => process.exit(status));
}
