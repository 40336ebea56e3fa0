import { isUtf8 } from 'node:buffer';
import { descriptorOf, fileError, isMissingFile, type ReadOptions, readChunks, readDescriptor } from './file-chunks.js';

export interface TextOptions extends ReadOptions {
  /** Whether NUL bytes are kept and bytes that are not UTF-8 become U+FFFD, as in a log that a crash cut off. */
  readonly lenient?: boolean;
  /** Whether `-` stands for standard input, and a descriptor such as /dev/stdin or /dev/fd/63 may be a pipe. */
  readonly stdin?: boolean;
}

/**
 * Reads a text file that a user names, or that comes from elsewhere: the one way for all of them. It refuses what is not
 * a regular file, what is larger than its bound, and what is not text in UTF-8. A byte order mark is left out.
 *
 * @throws OomdrillError the codes of the options, by default `FILE_MISSING` and `FILE_UNREADABLE`
 */
export async function readTextFile(path: string, options: TextOptions = {}): Promise<string> {
  const bytes = await readBytes(path, options);
  const fault = options.lenient ? undefined : findFault(bytes);
  if (fault !== undefined) throw fileError(path, options, fault);
  return bytes.toString('utf8').replace(/^\uFEFF/, '');
}

async function readBytes(path: string, options: TextOptions): Promise<Buffer> {
  const descriptor = options.stdin ? descriptorOf(path) : undefined;
  if (descriptor === undefined) return Buffer.concat([...readChunks(path, options)]);
  const pieces: Buffer[] = [];
  for await (const piece of readDescriptor(descriptor, path, options)) pieces.push(piece);
  return Buffer.concat(pieces);
}

/** The same of a file that need not be there: undefined then. */
export async function readTextFileIfThere(path: string, options: TextOptions = {}): Promise<string | undefined> {
  try {
    return await readTextFile(path, options);
  } catch (thrown) {
    if (isMissingFile(thrown)) return undefined;
    throw thrown;
  }
}

/** Why bytes are not text, to follow "Could not read X: ". */
function findFault(bytes: Buffer): string | undefined {
  const mark = bytes.subarray(0, 2).toString('hex');
  if (mark === 'fffe' || mark === 'feff') return 'it is in UTF-16, and must be in UTF-8';
  if (bytes.includes(0)) return 'it holds a NUL byte, so it is not text';
  return isUtf8(bytes) ? undefined : 'it is not text in UTF-8';
}
