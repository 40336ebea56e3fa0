import { type Bytes, parseBytes, renderBytes } from '../core/bytes.js';
import { OomdrillError, usageError } from '../core/errors.js';

/** Limits that systemd refuses at zero: it says so in the journal and ignores the line (systemd, config_parse_memory_limit()). */
export const NEVER_ZERO: ReadonlySet<string> = new Set(
  ['MemoryHigh', 'MemoryMax', 'MemoryLimit'].flatMap((key) => [key, `Startup${key}`]),
);

/**
 * The directives that hold a number of bytes of memory (systemd.resource-control(5)). `Startup...` apply during boot only,
 * `Default...` hand a protection down to children.
 */
export const MEMORY_DIRECTIVES: ReadonlySet<string> = new Set([
  // MemoryLimit= is the old name of MemoryMax=, which systemd read until version 256.
  'MemoryMin',
  'MemoryLow',
  'MemoryHigh',
  'MemoryMax',
  'MemorySwapMax',
  'MemoryZSwapMax',
  'MemoryLimit',
  ...['MemoryLow', 'MemoryHigh', 'MemoryMax', 'MemorySwapMax', 'MemoryZSwapMax'].map((name) => `Startup${name}`),
  'DefaultMemoryMin',
  'DefaultMemoryLow',
  'DefaultStartupMemoryLow',
]);

/** Where a value was found, for error messages. */
export interface ValueOrigin {
  readonly path: string;
  readonly line: number;
  readonly key: string;
}

/**
 * Reads a value of a memory directive: bytes, `infinity`, or a share of the physical memory in percent with up to two
 * decimals, permille with one, or permyriad; shares are cut to whole pages (systemd, physical_memory_scale()).
 *
 * @throws OomdrillError `MEMORY_VALUE` that names file and line
 */
export function parseMemoryValue(text: string, hostMemory: Bytes, { path, line, key }: ValueOrigin): Bytes {
  const share = readShare(text);
  if (share !== undefined) return cutToPages(hostMemory * share);
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
const PAGE_BYTES: Bytes = 4096;

/** An amount cut down to whole pages, as the kernel cuts limits (page_counter_memparse()). */
export const cutToPages = (bytes: Bytes): Bytes => Math.floor(bytes / PAGE_BYTES) * PAGE_BYTES;

const PARTS: Readonly<Record<string, number>> = { '%': 100, '‰': 1_000, '‱': 10_000 };

/** A share of one, from `12.55%`, `125.5‰` or `1255‱`: no finer than a permyriad (systemd, parse_permyriad()); undefined for what is none. */
function readShare(text: string): number | undefined {
  const [, amount, sign = ''] = /^(\d+(?:\.\d(?:(?=‰)|\d?(?=%)))?)([%‰‱])$/.exec(text) ?? [];
  const share = Number(amount) / (PARTS[sign] ?? Number.NaN);
  return share <= 1 ? share : undefined;
}

/**
 * A value divided by the scale, down to whole pages, but never to nothing: zero is no limit to systemd. Shares become the bytes
 * they are on the real host, since a guest sees less memory than it was given. `infinity` and what does not parse are left
 * alone (`checkBundle` complains of the latter).
 */
export function scaleMemoryValue(text: string, scale: number, hostMemory: Bytes): string {
  if (text === '') return text;
  try {
    const share = readShare(text);
    const bytes = share === undefined ? parseBytes(text) : hostMemory * share;
    if (bytes === 0 || bytes === Number.POSITIVE_INFINITY) return text;
    return renderBytes(Math.max(PAGE_BYTES, cutToPages(bytes / scale)));
  } catch {
    return text;
  }
}
