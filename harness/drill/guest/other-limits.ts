import type { LimitedUnit } from '../../bundle/serving.js';
import type { EntryOf } from '../../record/schema.js';
import { cutToPages } from '../../systemd/memory-value.js';

type Check = EntryOf<'effect'>['checks'][number];

/** A limit of something else than memory: its file in the cgroup, and what is to stand there. */
interface OtherLimit {
  readonly file: string;
  /** Undefined for a value that is not a plain one, such as a share of what the host has: then nothing is checked. */
  wanted(value: string): string | undefined;
}

const number = (value: string): string | undefined => (/^\d+$/.test(value) ? value : undefined);

/** An amount of memory in bytes. */
const pages = (value: string): string | undefined =>
  /^\d+$/.test(value) ? String(cutToPages(Number(value))) : undefined;

/** Sizes of bandwidths are to the base of 1000 (systemd.resource-control(5), `IOReadBandwidthMax=`). */
const UNITS: Readonly<Record<string, number>> = { '': 1, K: 1e3, M: 1e6, G: 1e9, T: 1e12 };

const bandwidth = (key: string) => (value: string) => {
  const [, digits, unit = ''] = /\s(\d+)([KMGT]?)$/.exec(value) ?? [];
  return digits === undefined ? undefined : `${key}=${Number(digits) * (UNITS[unit] ?? 1)}`;
};

/** Those that drills put to the test, or that a kubelet sets, by their names in a unit file. */
const OTHER_LIMITS: Readonly<Record<string, OtherLimit>> = {
  MemoryMin: { file: 'memory.min', wanted: pages },
  MemoryLow: { file: 'memory.low', wanted: pages },
  CPUWeight: { file: 'cpu.weight', wanted: number },
  TasksMax: { file: 'pids.max', wanted: number },
  IOReadBandwidthMax: { file: 'io.max', wanted: bandwidth('rbps') },
  IOWriteBandwidthMax: { file: 'io.max', wanted: bandwidth('wbps') },
};

/** What a unit's files want besides memory, each with its file in the cgroup. */
export function listOtherLimits({ unit }: Pick<LimitedUnit, 'unit'>): readonly { file: string; wanted: string }[] {
  const section = unit.name.endsWith('.slice') ? 'Slice' : unit.name.endsWith('.scope') ? 'Scope' : 'Service';
  return Object.entries(OTHER_LIMITS).flatMap(([key, { file, wanted }]) => {
    const value = unit.value(section, key)?.value;
    const text = value === undefined ? undefined : wanted(value);
    return text === undefined ? [] : [{ file, wanted: text }];
  });
}

/** What was wanted next to what the files of the cgroup hold: the whole of it, or for io.max a word of it. */
export function checkOtherLimits(
  limited: Pick<LimitedUnit, 'unit'>,
  found: Readonly<Record<string, string | undefined>>,
): Check[] {
  return listOtherLimits(limited).map(({ file, wanted }) => {
    const text = found[file] ?? 'nothing';
    return { what: file, wanted, found: text, ok: text.split(' ').includes(wanted) };
  });
}
