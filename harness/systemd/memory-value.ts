import { type Bytes, parseBytes, renderBytes } from '../core/bytes.js';
import { OomdrillError, usageError } from '../core/errors.js';

/**
 * Limits for which systemd does not accept zero: it logs and ignores the line (systemd, config_parse_memory_limit()).
 */
export const NEVER_ZERO: ReadonlySet<string> = new Set(
  ['MemoryHigh', 'MemoryMax', 'MemoryLimit'].flatMap((key) => [key, `Startup${key}`]),
);

/**
 * Directives with an amount of memory (systemd.resource-control(5)). `Startup...` apply only during boot, `Default...`
 * are protections for the children of a slice.
 */
export const MEMORY_DIRECTIVES: ReadonlySet<string> = new Set([
  // systemd read MemoryLimit=, the old name of MemoryMax=, until version 256.
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

/** Where a value is written, for error messages. */
export interface ValueOrigin {
  readonly path: string;
  readonly line: number;
  readonly key: string;
}

/**
 * Reads a value of a memory directive: bytes, `infinity`, or a share of the physical memory in percent with up to two
 * decimals, permille with one, or permyriad; shares are rounded down to whole pages (systemd, physical_memory_scale()).
 *
 * @throws OomdrillError `MEMORY_VALUE` that names file and line
 */
export function parseMemoryValue(text: string, hostMemory: Bytes, { path, line, key }: ValueOrigin): Bytes {
  const share = shareOfMemory(text);
  if (share !== undefined) return cutToPages(hostMemory * share);
  try {
    return parseBytes(text);
  } catch (cause) {
    if (!(cause instanceof OomdrillError)) throw cause;
    throw usageError(
      'MEMORY_VALUE',
      `${path}:${line}: ${key}=${text} is not an amount of memory.`,
      'Write a number with K, M, G or T (16G), a percentage up to 100%, or infinity.',
      cause,
    );
  }
}

/** The page size of every guest. */
const PAGE_BYTES: Bytes = 4096;

/** Rounds an amount down to whole pages, as the kernel does with limits (page_counter_memparse()). */
export const cutToPages = (bytes: Bytes): Bytes => Math.floor(bytes / PAGE_BYTES) * PAGE_BYTES;

const PARTS: Readonly<Record<string, number>> = { '%': 100, '‰': 1_000, '‱': 10_000 };

/**
 * Reads `12.55%`, `125.5‰` or `1255‱` as a share of one, at most as precise as a permyriad (systemd,
 * parse_permyriad()). Undefined for any other text.
 */
export function shareOfMemory(text: string): number | undefined {
  const [, amount, sign = ''] = /^(\d+(?:\.\d(?:(?=‰)|\d?(?=%)))?)([%‰‱])$/.exec(text) ?? [];
  const share = Number(amount) / (PARTS[sign] ?? Number.NaN);
  return share <= 1 ? share : undefined;
}

/**
 * Divides a value by the scale, rounded down to whole pages, but at least one page: systemd ignores a limit of zero.
 * Shares become bytes of the real host's memory, because a guest sees less memory than its machine has. `infinity` and
 * invalid values do not change (`checkBundle` reports the latter).
 */
export function scaleMemoryValue(text: string, scale: number, hostMemory: Bytes): string {
  if (text === '') return text;
  try {
    const share = shareOfMemory(text);
    const bytes = share === undefined ? parseBytes(text) : hostMemory * share;
    if (bytes === 0 || bytes === Number.POSITIVE_INFINITY) return text;
    return renderBytes(Math.max(PAGE_BYTES, cutToPages(bytes / scale)));
  } catch {
    return text;
  }
}
