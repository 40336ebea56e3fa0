import { parseFlatKeyed } from '../cgroup/flat-keyed.js';
import { parsePartialPressure } from '../cgroup/pressure.js';
import { HOST_PRESSURE } from './cgroup-file.js';
import type { CgroupEvidence } from './evidence.js';
import type { Part } from './parts.js';
import { checkReadings, type Reading, refaultsIn, totalsOf } from './readings.js';
import type { V1Evidence } from './v1.js';

/** The files of cgroup v1 that are used. */
const V1_FILES = [
  'memory.usage_in_bytes',
  'memory.limit_in_bytes',
  'memory.max_usage_in_bytes',
  'memory.failcnt',
  'memory.memsw.failcnt',
  'memory.oom_control',
];

/** The files that the diagnosis uses. */
export const USED_FILES: ReadonlySet<string> = new Set([
  'memory.events',
  'memory.events.local',
  'memory.stat',
  'memory.pressure',
  'memory.current',
  'memory.high',
  'memory.max',
  'memory.oom.group',
  HOST_PRESSURE,
  ...V1_FILES,
]);

/**
 * Reads the files of one cgroup.
 *
 * @throws OomdrillError as `checkReadings`
 */
export function readCgroup(cgroup: string | undefined, files: readonly Part[]): CgroupEvidence {
  const textsOf = (name: string) => files.filter(({ file }) => file?.name === name).map(({ text }) => text);
  const events = textsOf('memory.events').map((text) => parseFlatKeyed(text));
  const localEvents = textsOf('memory.events.local').map((text) => parseFlatKeyed(text));
  const stats = textsOf('memory.stat').map((text) => parseFlatKeyed(text));
  const stat = stats.filter((reading) => !isV1Stat(reading));
  const pressure = textsOf('memory.pressure').flatMap((text) => parsePartialPressure(text) ?? []);
  checkReadings('memory.events', events);
  checkReadings('memory.events.local', localEvents);
  checkReadings('memory.stat', stat.map(refaultsIn));
  checkReadings('memory.pressure', pressure.map(totalsOf));
  const values = (name: string) => textsOf(name).map(parseValue);
  const currents = values('memory.current');
  const oomGroup = values('memory.oom.group').at(-1);
  return {
    cgroup,
    events,
    localEvents,
    pressure,
    stat,
    current: currents.at(-1),
    currentBefore: currents.length > 1 ? currents[0] : undefined,
    high: values('memory.high').at(-1),
    max: values('memory.max').at(-1),
    oomGroup: oomGroup === undefined ? undefined : oomGroup === 1,
    v1: readV1(textsOf, stats.filter(isV1Stat)),
  };
}

/** memory.stat of cgroup v1 calls `rss` and `cache` what v2 calls `anon` and `file`. */
const isV1Stat = (stat: Reading): boolean => 'rss' in stat || 'cache' in stat || 'hierarchical_memory_limit' in stat;

function readV1(textsOf: (name: string) => readonly string[], stats: readonly Reading[]): V1Evidence | undefined {
  if (stats.length === 0 && V1_FILES.every((name) => textsOf(name).length === 0)) return undefined;
  const value = (name: string) => textsOf(name).map(parseValue).at(-1);
  return {
    usage: value('memory.usage_in_bytes'),
    limit: value('memory.limit_in_bytes'),
    maxUsage: value('memory.max_usage_in_bytes'),
    failcnt: value('memory.failcnt'),
    swapFailcnt: value('memory.memsw.failcnt'),
    oomControl: textsOf('memory.oom_control')
      .map((text) => parseFlatKeyed(text))
      .at(-1),
    stat: stats.at(-1),
  };
}

/** A file with a single value: bytes, a count, or `max`. */
const parseValue = (text: string): number => (text.trim() === 'max' ? Infinity : Number(text));
