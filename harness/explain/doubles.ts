import { parseFlatKeyed } from '../cgroup/flat-keyed.js';
import { formatCount } from '../core/count.js';
import { groupBy } from '../core/group-by.js';
import type { Part, SplitText } from './parts.js';
import { firstFall, type Reading } from './readings.js';

/** The parts of one text that can be distinguished, and sentences on what could not be. */
export interface SettledParts {
  readonly parts: readonly Part[];
  readonly unclear: readonly string[];
}

/** At most two readings of a file count: the first and the last of a text. */
const firstAndLast = <T>(readings: readonly T[]): T[] =>
  readings.filter((_, index) => index === 0 || index === readings.length - 1);

/**
 * Decides what several copies of a file in one text are. Under one name they are readings of it. Without a name they may
 * be others that are written alike: memory.events.local, io.pressure, the same file of another cgroup.
 */
export function settleParts({ parts, looseValues, unreadable }: SplitText): SettledParts {
  const unclear: string[] = [];
  const named = [
    ...groupBy(
      parts.filter(({ isNamed }) => isNamed),
      ({ path }) => path,
    ).values(),
  ].flatMap(firstAndLast);
  const unnamed = parts.filter(({ isNamed }) => !isNamed);
  const events = settleEvents(unnamed.filter(({ file }) => file?.name === 'memory.events'));
  const pressure = settlePressure(
    unnamed.filter(({ file }) => file?.name === 'memory.pressure'),
    events.parts.length > 1,
  );
  const others = groupBy(
    unnamed.filter(({ file }) => file && file.name !== 'memory.events' && file.name !== 'memory.pressure'),
    ({ file }) => file?.name ?? '',
  );
  for (const { candidates } of unnamed.filter((part) => !part.file && !part.candidates.includes('vmstat')))
    unclear.push(`A part of the text may be of ${candidates.join(' or ')}, and no name says which: it is not used.`);
  for (const value of unreadable)
    unclear.push(`${value} is not written as the kernel writes it, in bytes: it is not used.`);
  if (looseValues > 0)
    unclear.push(
      `${looseValues === 1 ? 'A number in the text has' : `${formatCount(looseValues)} numbers in the text have`} no name of a file, such as memory.current or memory.max, and cannot be used.`,
    );
  return {
    parts: [...named, ...events.parts, ...pressure.parts, ...[...others.values()].flatMap((each) => each.slice(-1))],
    unclear: [...events.unclear, ...pressure.unclear, ...unclear],
  };
}

/**
 * Several memory.events without names. What memory.events.local counts is in memory.events too, so that no counter of it
 * is larger (Linux, mm/memcontrol.c, memcg_memory_event): one that grew is of a later reading.
 */
function settleEvents(parts: readonly Part[]): SettledParts {
  const [first] = parts;
  if (!first || parts.length === 1) return { parts, unclear: [] };
  const readings: Reading[] = parts.map(({ text }) => parseFlatKeyed(text));
  const pairs = readings.slice(1).map((reading, index): [Reading, Reading] => [readings[index] ?? {}, reading]);
  const isLater = pairs.every(([before, after]) => firstFall(before, after) === undefined);
  const isSmaller = pairs.every(([before, after]) => firstFall(after, before) === undefined);
  if (isLater && !isSmaller) {
    const words = `memory.events is ${parts.length} times in the text, without names: it was read as an earlier and a later reading.`;
    return { parts: firstAndLast(parts), unclear: [words] };
  }
  return isSmaller
    ? {
        parts: [first],
        unclear: [
          'memory.events is more than once in the text, without names, and no counter is larger the second time: that may be memory.events.local, or a later reading. Only the first is used.',
        ],
      }
    : {
        parts: [],
        unclear: [
          'memory.events is more than once in the text, without names, and some counters are larger and some smaller: they seem to be of several cgroups, and none is used.',
        ],
      };
}

function settlePressure(parts: readonly Part[], hasReadings: boolean): SettledParts {
  if (parts.length < 2) return { parts, unclear: [] };
  if (hasReadings) return { parts: firstAndLast(parts), unclear: [] };
  const words =
    'PSI is more than once in the text, without names: memory.pressure is written as io.pressure and cpu.pressure are, and none is used.';
  return { parts: [], unclear: [words] };
}
