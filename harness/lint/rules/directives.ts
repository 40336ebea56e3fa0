import { posix } from 'node:path';
import { MEMORY_DIRECTIVES } from '../../systemd/memory-value.js';
import { sectionOfType } from '../../systemd/unit-name.js';
import { distance } from '../distance.js';
import type { Rule } from '../rule.js';

/** Directives of containment that are no memory limits. */
const NO_LIMITS = [
  'OOMPolicy',
  'OOMScoreAdjust',
  'ManagedOOMMemoryPressure',
  'ManagedOOMMemoryPressureLimit',
  'ManagedOOMSwap',
];

/** No directive's name is longer, misspelt or not. */
const MAX_DIRECTIVE_LENGTH = 40;

/** Every directive that has to do with memory, besides the limits. */
const KNOWN: ReadonlySet<string> = new Set([
  ...MEMORY_DIRECTIVES,
  ...NO_LIMITS,
  'MemoryAccounting',
  'MemoryPressureWatch',
  'MemoryPressureThresholdSec',
  'MemoryDenyWriteExecute',
  'MemoryKSM',
  'MemoryTHP',
  'MemoryZSwapWriteback',
  'ManagedOOMPreference',
  'ManagedOOMMemoryPressureDurationSec',
  'OOMRules',
]);

/** Sections that may hold limits (systemd.resource-control(5)). */
const LIMITED: ReadonlySet<string> = new Set(['Service', 'Slice', 'Scope', 'Socket', 'Mount', 'Swap']);

/** Directives that only some of these may hold: what starts processes (systemd.exec(5)), and what is watched for OOM kills. */
const ONLY_IN: Readonly<Record<string, readonly string[]>> = {
  OOMScoreAdjust: ['Service', 'Socket', 'Mount', 'Swap'],
  // systemd.service(5), systemd.scope(5).
  OOMPolicy: ['Service', 'Scope'],
};

export const unknownDirective: Rule = {
  id: 'unknown-directive',
  severity: 'error',
  title: 'A directive that is nearly one of containment',
  why: 'systemd passes over names it does not know, with a line in the journal: the limit is not there.',
  source: 'systemd.directives(7); systemd.syntax(7)',
  fix: 'Write the name as the manual has it, capitals included.',
  *check({ unitFiles }) {
    for (const { file } of unitFiles) {
      for (const { name: section, items } of file.sections) {
        if (!LIMITED.has(section)) continue;
        for (const item of items) {
          if (
            item.kind !== 'assignment' ||
            KNOWN.has(item.key) ||
            !/mem|oom|swap/i.test(item.key) ||
            item.key.length > MAX_DIRECTIVE_LENGTH
          )
            continue;
          const at = { path: file.path, line: item.line };
          const meant = findNearest(item.key);
          if (meant) yield { at, message: `systemd knows no ${item.key}=; ${meant}= may be meant.` };
          // A systemd that is newer than this list may know it.
          else if (OURS.test(item.key))
            yield {
              at,
              message: `systemd knows no ${item.key}=.`,
              severity: 'warning',
              fix: 'See systemd.directives(7).',
            };
        }
      }
    }
  },
};

/** How names begin that systemd uses for nothing but containment. */
const OURS = /^(?:(?:Default|Startup)?Memory|OOM|ManagedOOM)/;

/**
 * The known name that differs the least, by two letters at most, or that goes on where this one ends, or the other way round;
 * capitals do not count. Undefined where it could go on in several ways: nobody knows which is meant.
 */
function findNearest(key: string): string | undefined {
  const written = key.toLowerCase().replace(/mem(?!ory)/, 'memory');
  const near = [...KNOWN].flatMap((known) => {
    const name = known.toLowerCase();
    const by = distance(name, written);
    return by <= 2 || name.startsWith(written) || written.startsWith(name) ? { known, by } : [];
  });
  const [first] = near.sort((a, b) => a.by - b.by);
  if (!first) return undefined;
  return first.by <= 2 || near.every(({ known }) => known.startsWith(first.known)) ? first.known : undefined;
}

export const wrongSection: Rule = {
  id: 'wrong-section',
  severity: 'error',
  title: 'A limit in a section that is not of its unit',
  why: 'systemd passes over sections and directives that do not belong to the type of the unit: the limit is not there.',
  source: 'systemd.resource-control(5); systemd.unit(5)',
  fix: 'Put it into the section named as the type of the unit: [Service], [Slice], [Scope].',
  *check({ unitFiles }) {
    for (const { file } of unitFiles) {
      const home = findSection(file.path);
      if (!home) continue;
      // Sections that begin so are other programs' (systemd.unit(5)).
      for (const { name, items } of file.sections.filter(({ name }) => !name.startsWith('X-'))) {
        for (const item of items) {
          if (item.kind !== 'assignment' || !(MEMORY_DIRECTIVES.has(item.key) || NO_LIMITS.includes(item.key)))
            continue;
          const homes = ONLY_IN[item.key];
          if (name === home && LIMITED.has(home) && (homes?.includes(home) ?? true)) continue;
          const where =
            name === home
              ? `A ${home.toLowerCase()} has no ${item.key}=`
              : `${item.key}= stands in [${name}], which is not read for limits in ${posix.basename(file.path)}`;
          yield {
            at: { path: file.path, line: item.line },
            message: `${where}.`,
            fix: homes ? `It belongs into one of these: ${homes.map((each) => `[${each}]`).join(', ')}.` : undefined,
          };
        }
      }
    }
  },
};

/** The section of limits by the name of the unit file or of the drop-in's directory: `Slice` for `user-.slice.d/x.conf`. */
function findSection(path: string): string | undefined {
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
  fix: 'Write MemoryMax=.',
  *check({ subjects }) {
    for (const subject of subjects) {
      const limit = subject.assignments('MemoryLimit').at(-1);
      if (limit && limit.value !== '' && limit.value !== 'infinity')
        yield { at: limit, message: `MemoryLimit=${limit.value} of ${subject.name} is no limit to a newer systemd.` };
    }
  },
};
