import { closeSync, constants, createReadStream, fstatSync, openSync, readSync, type Stats, statSync } from 'node:fs';
import { formatBytes, MIB } from './bytes.js';
import { type ErrorKind, OomdrillError } from './errors.js';
import { quoteUnlessWord } from './must.js';

/** How a file is read that a user names, or that comes from elsewhere, and what its errors say. */
export interface ReadOptions {
  /** What it should be, for errors: `record`, `map`. */
  readonly what?: string;
  /** Its path for errors, where that is another one. */
  readonly shown?: string;
  /** A larger file is refused; 64 MiB where nothing is said. */
  readonly limitBytes?: number;
  /** Code of the error where it cannot be read; `FILE_UNREADABLE` where nothing is said. */
  readonly code?: string;
  /** Code of the error where there is none; that of the others where nothing is said. */
  readonly missingCode?: string;
  /** What to do about either. */
  readonly hint?: string;
  /** `usage` where nothing is said. */
  readonly kind?: ErrorKind;
}

/** The bound of files that people write, and of results: a larger one is here by mistake. */
const DEFAULT_FILE_LIMIT = 64 * MIB;

const MIN_PIECE_BYTES = 4 * 1024;
const MAX_PIECE_BYTES = 256 * 1024;

/**
 * Reads a file piece by piece. Whatever the path leads to, this neither hangs nor goes on without end: only a regular file
 * is opened, and one that grows past the bound while it is read is refused too. A size is not trusted: files of /proc and
 * /sys say 0. Synchronous, so that thousands of small files take little time, and one at a time is open.
 *
 * @throws OomdrillError the codes of the options, in one sentence with the path and why
 */
export function* readChunks(path: string, options: ReadOptions): Generator<Buffer> {
  let file: number | undefined;
  let total = 0;
  try {
    file = openRegular(path, options);
    const { size } = fstatSync(file);
    checkSize(size, path, options);
    const pieceBytes = Math.max(MIN_PIECE_BYTES, Math.min(size + 1, MAX_PIECE_BYTES));
    for (;;) {
      const piece = Buffer.allocUnsafe(pieceBytes);
      const bytes = readSync(file, piece);
      if (bytes === 0) return;
      total += bytes;
      checkSize(total, path, options);
      yield piece.subarray(0, bytes);
    }
  } catch (thrown) {
    throw toFileError(path, options, thrown);
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

function openRegular(path: string, options: ReadOptions): number {
  // To open a device can have an effect, and a FIFO waits for its writer: neither is opened.
  refuseOther(statSync(path), path, options);
  // Another file may be there by now.
  const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
  try {
    refuseOther(fstatSync(file), path, options);
    return file;
  } catch (thrown) {
    closeSync(file);
    throw thrown;
  }
}

/** The path that stands for standard input, where a command says so. */
export const STDIN = '-';

/** A descriptor that the shell opened: `<(journalctl -k)` is /dev/fd/63. */
const DESCRIPTOR = /^\/(?:dev|proc\/self)\/(?:stdin|fd\/(\d{1,9}))$/;

/** The descriptor that a path stands for, such as 0 for `-` and 63 for /dev/fd/63; undefined for other paths. */
export function descriptorOf(path: string): number | undefined {
  if (path === STDIN) return 0;
  const [found, number = '0'] = DESCRIPTOR.exec(path) ?? [];
  return found === undefined ? undefined : Number(number);
}

/**
 * Reads what the shell opened, which may be a pipe, a socket or a terminal, until it ends.
 *
 * @param path names it in errors
 * @throws OomdrillError as `readChunks`
 */
export async function* readDescriptor(fd: number, path: string, options: ReadOptions): AsyncGenerator<Buffer> {
  let total = 0;
  try {
    const found = fstatSync(fd);
    // Others of this process are its own, such as what wakes its event loop.
    const isInput = found.isFIFO() || found.isSocket() || found.isCharacterDevice();
    if (!isInput) refuseOther(found, path, options);
    // Standard input of Node.js also reads what does not block, such as a socket.
    const stream = fd === 0 ? process.stdin : createReadStream('', { fd, autoClose: false });
    for await (const piece of stream) {
      total += piece.length;
      checkSize(total, path, options);
      yield Buffer.from(piece);
    }
  } catch (thrown) {
    throw toFileError(path, options, thrown);
  }
}

function checkSize(bytes: number, path: string, options: ReadOptions): void {
  const { limitBytes = DEFAULT_FILE_LIMIT } = options;
  if (bytes > limitBytes) throw fileError(path, options, `it is larger than ${formatBytes(limitBytes)}`);
}

function refuseOther(found: Stats, path: string, options: ReadOptions): void {
  if (!found.isFile()) throw fileError(path, options, `it is ${describeKind(found)}, not a file`);
}

function describeKind(found: Stats): string {
  if (found.isDirectory()) return 'a directory';
  if (found.isFIFO()) return 'a named pipe';
  if (found.isSocket()) return 'a socket';
  return 'a device';
}

/** The error of a file that cannot be read. @param why follows "Could not read X: " */
export function fileError(path: string, options: ReadOptions, why: string, cause?: unknown): OomdrillError {
  const { what, code = 'FILE_UNREADABLE', hint, kind = 'usage' } = options;
  const named = what === undefined || path === STDIN ? nameOf(path, options) : `the ${what} ${nameOf(path, options)}`;
  return new OomdrillError({ code, kind, message: `Could not read ${named}: ${why}.`, hint, cause });
}

const nameOf = (path: string, { shown = path }: ReadOptions): string =>
  shown === STDIN ? 'standard input' : quoteUnlessWord(shown);

/** An error of the system as one of ours, and any other as it is. */
function toFileError(path: string, options: ReadOptions, thrown: unknown): unknown {
  if (!(thrown instanceof Error) || !('code' in thrown) || thrown instanceof OomdrillError) return thrown;
  if (isMissingCode(thrown.code)) {
    const { what = 'file', missingCode = options.code ?? 'FILE_MISSING', hint, kind = 'usage' } = options;
    const message = `There is no ${what} at ${nameOf(path, options)}.`;
    return new OomdrillError({ code: missingCode, kind, message, hint, cause: thrown });
  }
  // "EACCES: permission denied, open '/etc/shadow'"
  const words = /^E[A-Z0-9]+: ([^,]+)/.exec(thrown.message)?.[1];
  return fileError(path, options, words === undefined ? `${thrown.code}` : `${words} (${thrown.code})`, thrown);
}

const isMissingCode = (code: unknown): boolean => code === 'ENOENT' || code === 'ENOTDIR';

/** Whether an error of a reader says that there is no file. */
export const isMissingFile = (thrown: unknown): thrown is OomdrillError =>
  thrown instanceof OomdrillError &&
  thrown.cause instanceof Error &&
  'code' in thrown.cause &&
  isMissingCode(thrown.cause.code);
