import { type Bytes, parseBytes, renderBytes } from '../core/bytes.js';
import { OomdrillError, usageError } from '../core/errors.js';

/**
 * The directives that hold a number of bytes of memory (systemd.resource-control(5)). `Startup...` apply during boot only,
 * `Default...` hand a protection down to children.
 */
export const MEMORY_DIRECTIVES: ReadonlySet<string> = new Set(
  ['MemoryMin', 'MemoryLow', 'MemoryHigh', 'MemoryMax', 'MemorySwapMax', 'MemoryZSwapMax'].flatMap((name) => [
    name,
    `Startup${name}`,
    `Default${name}`,
  ]),
);

/** Where a value was found, for error messages. */
export interface ValueOrigin {
  readonly path: string;
  readonly line: number;
  readonly key: string;
}

/**
 * Reads a value of a memory directive: bytes, `infinity`, or a percentage of the physical memory with up to two decimals.
 *
 * @throws OomdrillError `MEMORY_VALUE` that names file and line
 */
export function parseMemoryValue(text: string, hostMemory: Bytes, { path, line, key }: ValueOrigin): Bytes {
  const percent = /^(\d+(?:\.\d{1,2})?)%$/.exec(text)?.[1];
  if (percent !== undefined && Number(percent) <= 100) return Math.floor((hostMemory * Number(percent)) / 100);
  try {
    return parseBytes(text);
  } catch (cause) {
    if (!(cause instanceof OomdrillError)) throw cause;
    throw usageError(
      'MEMORY_VALUE',
      `${path}:${line}: ${key}=${text} is not an amount of memory.`,
      'Write bytes with K, M, G or T (16G), a percentage up to 100%, or infinity.',
      cause,
    );
  }
}

/** The page size of every guest that we build. */
const PAGE = 4096;

/**
 * A value divided by the scale, down to whole pages. Percentages scale with the host by themselves, `infinity` and what does
 * not parse are left alone (`checkBundle` complains of the latter).
 */
export function scaleMemoryValue(text: string, scale: number): string {
  if (text === '' || text.endsWith('%')) return text;
  try {
    const bytes = parseBytes(text);
    return bytes === Number.POSITIVE_INFINITY ? text : renderBytes(Math.floor(bytes / scale / PAGE) * PAGE);
  } catch {
    return text;
  }
}
