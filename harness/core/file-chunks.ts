import { constants, createReadStream, fstatSync, type Stats } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { formatBytes, MIB } from './bytes.js';
import { type ErrorKind, OomdrillError } from './errors.js';
import { quoteUnlessWord } from './must.js';

/** How a file is read that a user names, or that comes from elsewhere, and what its errors say. */
export interface ReadOptions {
  /** What it should be, for errors: `record`, `map`. */
  readonly what?: string;
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
  /** Whether `-` stands for standard input, and a descriptor such as /dev/stdin or /dev/fd/63 may be a pipe. */
  readonly stdin?: boolean;
}

/** The bound of files that people write, and of results: a larger one is here by mistake. */
const DEFAULT_FILE_LIMIT = 64 * MIB;

/** A descriptor that the shell opened: `<(journalctl -k)` is /dev/fd/63. */
const DESCRIPTOR = /^\/(?:dev|proc\/self)\/(?:stdin|fd\/(\d{1,9}))$/;

/**
 * Reads a file piece by piece. Whatever the path leads to, this neither hangs nor goes on without end: only a regular file
 * is opened, unless `stdin` allows more, and one that grows past the bound while it is read is refused too. A size is not
 * trusted: files of /proc and /sys say 0.
 *
 * @throws OomdrillError the codes of the options, in one sentence with the path and why
 */
export async function* readChunks(path: string, options: ReadOptions): AsyncGenerator<Buffer> {
  const { limitBytes = DEFAULT_FILE_LIMIT } = options;
  let bytes = 0;
  try {
    for await (const chunk of openAt(path, options)) {
      bytes += chunk.length;
      if (bytes > limitBytes) throw fileError(path, options, `it is larger than ${formatBytes(limitBytes)}`);
      yield chunk;
    }
  } catch (thrown) {
    throw thrown instanceof OomdrillError ? thrown : systemError(path, options, thrown);
  }
}

async function* openAt(path: string, options: ReadOptions): AsyncGenerator<Buffer> {
  const descriptor = options.stdin ? descriptorOf(path) : undefined;
  if (descriptor !== undefined) yield* readDescriptor(descriptor, path, options);
  else yield* readRegular(path, options);
}

async function* readRegular(path: string, options: ReadOptions): AsyncGenerator<Buffer> {
  // To open a device can have an effect, and a FIFO waits for its writer: neither is opened.
  refuseOther(await stat(path), path, options);
  // Another file may be there by now.
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
  try {
    refuseOther(await file.stat(), path, options);
    yield* readPieces(file);
  } finally {
    await file.close();
  }
}

const PIECE_BYTES = 256 * 1024;

async function* readPieces(file: FileHandle): AsyncGenerator<Buffer> {
  for (;;) {
    const buffer = Buffer.allocUnsafe(PIECE_BYTES);
    const { bytesRead } = await file.read(buffer, 0, PIECE_BYTES);
    if (bytesRead === 0) return;
    yield buffer.subarray(0, bytesRead);
  }
}

function descriptorOf(path: string): number | undefined {
  if (path === '-') return 0;
  const [found, number = '0'] = DESCRIPTOR.exec(path) ?? [];
  return found === undefined ? undefined : Number(number);
}

async function* readDescriptor(fd: number, path: string, options: ReadOptions): AsyncGenerator<Buffer> {
  const found = fstatSync(fd);
  // Others of this process are its own, such as what wakes its event loop.
  const isInput = found.isFIFO() || found.isSocket() || found.isCharacterDevice();
  if (!isInput) refuseOther(found, path, options);
  // Standard input of Node.js also reads what does not block, such as a socket.
  const stream = fd === 0 ? process.stdin : createReadStream('', { fd, autoClose: false });
  for await (const chunk of stream) yield Buffer.from(chunk);
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
  const name = path === '-' && options.stdin ? 'standard input' : quoteUnlessWord(path);
  const named = what === undefined || name === 'standard input' ? name : `the ${what} ${name}`;
  return new OomdrillError({ code, kind, message: `Could not read ${named}: ${why}.`, hint, cause });
}

function systemError(path: string, options: ReadOptions, cause: unknown): OomdrillError {
  const { code, message } = cause as NodeJS.ErrnoException;
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    const { what = 'file', missingCode = options.code ?? 'FILE_MISSING', hint, kind = 'usage' } = options;
    const words = `There is no ${what} at ${quoteUnlessWord(path)}.`;
    return new OomdrillError({ code: missingCode, kind, message: words, hint, cause });
  }
  // "EACCES: permission denied, open '/etc/shadow'"
  const words = /^E[A-Z0-9]+: ([^,]+)/.exec(message)?.[1];
  return fileError(path, options, words === undefined ? `${code}` : `${words} (${code})`, cause);
}

/** Whether an error of a reader says that there is no file. */
export const isMissingFile = (thrown: unknown): boolean =>
  thrown instanceof OomdrillError &&
  ['ENOENT', 'ENOTDIR'].includes((thrown.cause as NodeJS.ErrnoException | undefined)?.code ?? '');
