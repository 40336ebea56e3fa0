import { posix } from 'node:path';
import { MEMORY_DIRECTIVES } from '../../systemd/memory-value.js';
import { sectionOfType } from '../../systemd/unit-name.js';
import { distance } from '../distance.js';
import type { Rule } from '../rule.js';

/** Directives of containment that are no memory limits. */
const OTHERS = [
  'OOMPolicy',
  'OOMScoreAdjust',
  'ManagedOOMMemoryPressure',
  'ManagedOOMMemoryPressureLimit',
  'ManagedOOMSwap',
];

/** No directive's name is longer, misspelt or not. */
const LONGEST_NAME = 40;

/** Every directive that has to do with memory, besides the limits. */
const KNOWN: ReadonlySet<string> = new Set([
  ...MEMORY_DIRECTIVES,
  ...OTHERS,
  ...[
    'MemoryAccounting',
    'MemoryPressureWatch',
    'MemoryPressureThresholdSec',
    'MemoryDenyWriteExecute',
    'MemoryKSM',
    'MemoryTHP',
  ],
  ...['MemoryZSwapWriteback', 'ManagedOOMPreference', 'ManagedOOMMemoryPressureDurationSec'],
]);

/** Sections that may hold limits (systemd.resource-control(5)); slices have no OOMPolicy. */
const LIMITED: ReadonlySet<string> = new Set(['Service', 'Slice', 'Scope', 'Socket', 'Mount', 'Swap']);

export const unknownDirective: Rule = {
  id: 'unknown-directive',
  severity: 'error',
  title: 'A directive that is nearly one of containment',
  why: 'systemd passes over names it does not know, with a line in the journal: the limit is not there.',
  source: 'systemd.directives(7); systemd.syntax(7)',
  mend: 'Write the name as the manual has it, capitals included.',
  *check({ unitFiles }) {
    for (const { file } of unitFiles) {
      for (const { name: section, items } of file.sections) {
        if (!LIMITED.has(section)) continue;
        for (const item of items) {
          if (
            item.kind !== 'assignment' ||
            KNOWN.has(item.key) ||
            !/mem|oom|swap/i.test(item.key) ||
            item.key.length > LONGEST_NAME
          )
            continue;
          const meant = nearest(item.key);
          if (meant)
            yield {
              at: { path: file.path, line: item.line },
              message: `systemd knows no ${item.key}=; ${meant}= may be meant.`,
            };
        }
      }
    }
  },
};

/** The known name that differs the least, by two letters at most; capitals do not count. */
function nearest(key: string): string | undefined {
  const near = [...KNOWN].map((known) => ({ known, by: distance(known.toLowerCase(), key.toLowerCase()) }));
  return near.filter(({ by }) => by <= 2).sort((a, b) => a.by - b.by)[0]?.known;
}

export const wrongSection: Rule = {
  id: 'wrong-section',
  severity: 'error',
  title: 'A limit in a section that is not of its unit',
  why: 'systemd passes over sections and directives that do not belong to the type of the unit: the limit is not there.',
  source: 'systemd.resource-control(5); systemd.unit(5)',
  mend: 'Put it into the section named as the type of the unit: [Service], [Slice], [Scope].',
  *check({ unitFiles }) {
    for (const { file } of unitFiles) {
      const home = sectionOf(file.path);
      if (!home) continue;
      // Sections that begin so are other programs' (systemd.unit(5)).
      for (const { name, items } of file.sections.filter(({ name }) => !name.startsWith('X-'))) {
        for (const item of items) {
          if (item.kind !== 'assignment' || !(MEMORY_DIRECTIVES.has(item.key) || OTHERS.includes(item.key))) continue;
          const isHere = name === home && LIMITED.has(home) && !(home === 'Slice' && /^OOM/.test(item.key));
          if (isHere) continue;
          const where =
            name === home
              ? `A ${home.toLowerCase()} has no ${item.key}=`
              : `${item.key}= stands in [${name}], which is not read for limits in ${posix.basename(file.path)}`;
          yield { at: { path: file.path, line: item.line }, message: `${where}.` };
        }
      }
    }
  },
};

/** The section of limits by the name of the unit file or of the drop-in's directory: `Slice` for `user-.slice.d/x.conf`. */
function sectionOf(path: string): string | undefined {
  const unit = path.endsWith('.conf') ? posix.basename(posix.dirname(path)).replace(/\.d$/, '') : posix.basename(path);
  const type = /(?:^|\.)(service|slice|scope|socket|mount|swap|timer|target|path)$/.exec(unit)?.[1];
  return type && sectionOfType(type);
}

export const legacyLimit: Rule = {
  id: 'legacy-limit',
  severity: 'warning',
  title: 'MemoryLimit=, the name of cgroup v1',
  why: 'systemd warned of it for years, and newer ones ignore it: after an upgrade the cap is gone.',
  source:
    'systemd.resource-control(5), deprecated options; "Support for option MemoryLimit= has been removed and it is ignored"',
  mend: 'Write MemoryMax=.',
  *check({ subjects }) {
    for (const subject of subjects) {
      const limit = subject.assignments('MemoryLimit').at(-1);
      if (limit && limit.value !== '' && limit.value !== 'infinity')
        yield { at: limit, message: `MemoryLimit=${limit.value} of ${subject.name} is no limit to a newer systemd.` };
    }
  },
};
