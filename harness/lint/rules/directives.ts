import { posix } from 'node:path';
import { MEMORY_DIRECTIVES } from '../../systemd/memory-value.js';
import { sectionOfType } from '../../systemd/unit-name.js';
import { findNearest } from '../nearest-directive.js';
import type { Rule } from '../rule.js';
import { checkSettingNames, checkSettingSections } from '../settings.js';

/** Containment directives other than memory limits. */
const OTHER_DIRECTIVES = [
  'OOMPolicy',
  'OOMScoreAdjust',
  'ManagedOOMMemoryPressure',
  'ManagedOOMMemoryPressureLimit',
  'ManagedOOMSwap',
];

/**
 * Properties that `systemctl show` has and no file can set, and what sets them (org.freedesktop.systemd1(5)).
 */
const READ_ONLY: Readonly<Record<string, string>> = {
  EffectiveMemoryMax: 'MemoryMax=',
  EffectiveMemoryHigh: 'MemoryHigh=',
  MemoryCurrent: 'MemoryMax= or MemoryHigh=',
  MemoryPeak: 'MemoryMax= or MemoryHigh=',
  MemoryAvailable: 'MemoryMax= or MemoryHigh=',
  MemorySwapCurrent: 'MemorySwapMax=',
  MemorySwapPeak: 'MemorySwapMax=',
  MemoryZSwapCurrent: 'MemoryZSwapMax=',
};

/** No directive has a longer name, even misspelt. */
const MAX_DIRECTIVE_LENGTH = 40;

/** Every directive about memory or OOM kills that systemd knows. */
const KNOWN: ReadonlySet<string> = new Set([
  ...MEMORY_DIRECTIVES,
  ...OTHER_DIRECTIVES,
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
const LIMIT_SECTIONS: ReadonlySet<string> = new Set(['Service', 'Slice', 'Scope', 'Socket', 'Mount', 'Swap']);

/**
 * Directives that only some of these sections may hold: those of units that start processes (systemd.exec(5)), or that
 * systemd watches for OOM kills.
 */
const ONLY_IN: Readonly<Record<string, readonly string[]>> = {
  OOMScoreAdjust: ['Service', 'Socket', 'Mount', 'Swap'],
  // systemd.service(5), systemd.scope(5).
  OOMPolicy: ['Service', 'Scope'],
};

export const unknownDirective: Rule = {
  id: 'unknown-directive',
  severity: 'error',
  title: 'A containment directive with an unknown or misspelt name',
  why: 'systemd ignores names that it does not know, with a line in the journal: the limit is not set.',
  source: 'systemd.directives(7); systemd.syntax(7)',
  fix: 'Write the name exactly as in the manual, including capitals.',
  *check({ unitFiles, settings }) {
    yield* checkSettingNames(settings.map(({ file }) => file));
    for (const { file } of unitFiles) {
      for (const { name: section, items } of file.sections) {
        if (!LIMIT_SECTIONS.has(section)) continue;
        for (const item of items) {
          if (
            item.kind !== 'assignment' ||
            KNOWN.has(item.key) ||
            !/mem|oom|swap/i.test(item.key) ||
            item.key.length > MAX_DIRECTIVE_LENGTH
          )
            continue;
          const at = { path: file.path, line: item.line };
          const set = READ_ONLY[item.key];
          if (set !== undefined && Object.hasOwn(READ_ONLY, item.key)) {
            const message = `systemd does not know ${item.key}=: it only shows what is in effect under that name.`;
            yield { at, message, fix: `Set ${set}.` };
            continue;
          }
          const nearest = findNearest(item.key, KNOWN);
          if (nearest) yield { at, message: `systemd does not know ${item.key}=; did you mean ${nearest}=?` };
          // A systemd that is newer than this list may know it.
          else if (CONTAINMENT_PREFIX.test(item.key))
            yield {
              at,
              message: `systemd does not know ${item.key}=.`,
              severity: 'warning',
              fix: 'Look the name up in systemd.directives(7).',
            };
        }
      }
    }
  },
};

/** The beginning of names that systemd uses for containment only. */
const CONTAINMENT_PREFIX = /^(?:(?:Default|Startup)?Memory|OOM|ManagedOOM)/;

export const wrongSection: Rule = {
  id: 'wrong-section',
  severity: 'error',
  title: 'A limit in the wrong section',
  why: 'systemd ignores sections and directives that do not belong to the type of the unit: the limit is not set.',
  source: 'systemd.resource-control(5); systemd.unit(5)',
  fix: 'Put it into the section of the unit type: [Service], [Slice] or [Scope].',
  *check({ unitFiles, settings }) {
    yield* checkSettingSections(settings.map(({ file }) => file));
    for (const { file } of unitFiles) {
      const home = findSection(file.path);
      if (!home) continue;
      // systemd ignores sections with this prefix: they are for other programs (systemd.unit(5)).
      for (const { name, items } of file.sections.filter(({ name }) => !name.startsWith('X-'))) {
        for (const item of items) {
          if (item.kind !== 'assignment' || !(MEMORY_DIRECTIVES.has(item.key) || OTHER_DIRECTIVES.includes(item.key)))
            continue;
          const homes = ONLY_IN[item.key];
          if (name === home && LIMIT_SECTIONS.has(home) && (homes?.includes(home) ?? true)) continue;
          const where =
            name === home
              ? `A ${home.toLowerCase()} has no ${item.key}=`
              : `${item.key}= is in [${name}], where systemd does not read limits in ${posix.basename(file.path)}`;
          yield {
            at: { path: file.path, line: item.line },
            message: `${where}.`,
            fix: homes
              ? `Move it to a unit with one of these sections: ${homes.map((each) => `[${each}]`).join(', ')}.`
              : undefined,
          };
        }
      }
    }
  },
};

/**
 * The section for limits, by the name of the unit file or the drop-in directory: `Slice` for `user-.slice.d/x.conf`.
 */
function findSection(path: string): string | undefined {
  const unit = path.endsWith('.conf') ? posix.basename(posix.dirname(path)).replace(/\.d$/, '') : posix.basename(path);
  const type = /(?:^|\.)(service|slice|scope|socket|mount|swap|timer|target|path)$/.exec(unit)?.[1];
  return type && sectionOfType(type);
}

export const legacyLimit: Rule = {
  id: 'legacy-limit',
  severity: 'warning',
  title: 'MemoryLimit=, the directive of cgroup v1',
  why: 'systemd warned about it for years, and newer versions ignore it: after an upgrade the cap is gone.',
  source:
    'systemd.resource-control(5), deprecated options; "Support for option MemoryLimit= has been removed and it is ignored"',
  fix: 'Write MemoryMax= instead.',
  *check({ subjects, payloads }) {
    for (const subject of subjects) {
      const limit = subject.assignments('MemoryLimit').at(-1);
      if (limit && limit.value !== '' && limit.value !== 'infinity')
        yield {
          at: limit,
          message: `MemoryLimit=${limit.value} of ${subject.name} has no effect in newer versions of systemd.`,
          // A limit of any name is in the wrong place there.
          fix: payloads.has(subject) ? 'Remove it: payload-elsewhere says where the limit belongs.' : undefined,
        };
    }
  },
};
