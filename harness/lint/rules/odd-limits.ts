import { type Bytes, formatBytes, MIB } from '../../core/bytes.js';
import { compareAmounts } from '../amount.js';
import type { Rule } from '../rule.js';
import { findCapped } from '../scene.js';
import { isFiniteLimit, lowestOf, renderLimit, renderLimitOfUnit, type Subject } from '../subject.js';

/** No program fits into less; a number without a suffix is in bytes. */
const TINY: Bytes = MIB;

export const limitAboveParent: Rule = {
  id: 'limit-above-parent',
  severity: 'warning',
  title: 'MemoryMax above that of a slice around the unit',
  why: "The slice's limit applies first, and its OOM kill chooses among all processes in the slice, including those of other units.",
  source: 'cgroup-v2.rst, memory.max; mm/oom_kill.c, oom_evaluate_task()',
  fix: 'Lower the limit of the unit below that of its slice, or raise the limit of the slice.',
  *check(scene) {
    for (const { subject, max } of findCapped(scene)) {
      const above = lowestOf(
        (subject.parent?.limits('MemoryMax', scene.host.memory) ?? []).filter(
          (limit) => (compareAmounts(max, limit) ?? 0) > 0,
        ),
      );
      if (!above) continue;
      yield {
        at: max.at,
        message: `${renderLimit(max)} of ${subject.name} lies above ${renderLimitOfUnit(above, subject)}, which applies first.`,
      };
    }
  },
};

export const unknownMemory: Rule = {
  id: 'unknown-memory',
  severity: 'note',
  title: "Two limits that only the host's memory puts in order",
  why: "One is a size and the other is a share of the host's memory. Which of them applies first decides whether the kernel throttles or kills, and nothing is reported about it.",
  source: 'systemd.resource-control(5), MemoryMax= ("relative to the installed physical memory on the system")',
  fix: 'Say how much memory the host has with --memory, or write both limits in the same way.',
  *check({ subjects, host }) {
    for (const subject of subjects) {
      const own = ['MemoryHigh', 'MemoryMax'].map((key) => subject.own(key, host.memory)).filter(isFiniteLimit);
      const maxes = subject.limits('MemoryMax', host.memory);
      const pairs = own.flatMap((limit) => maxes.map((max) => ({ limit, max })));
      const unknown = pairs.find(({ limit, max }) => compareAmounts(limit, max) === undefined);
      if (unknown)
        yield {
          at: unknown.limit.at,
          message: `Which is lower, ${renderLimit(unknown.limit)} or ${renderLimitOfUnit(unknown.max, subject)}, cannot be known without --memory (${subject.name}).`,
        };
    }
  },
};

export const rootLimit: Rule = {
  id: 'root-limit',
  severity: 'error',
  title: 'A memory limit on the root slice',
  why: "The root of the hierarchy has no memory.max and no memory.high. The root of a user's manager is the cgroup of user@UID.service, which belongs to the system's manager: that of the user does not write there. The line does nothing.",
  source:
    'cgroup-v2.rst, memory.max ("exists on non-root cgroups"); systemd.special(7), -.slice; systemd, CGROUP_DELEGATION ("one writer per cgroup"); ybz21/Roami#222',
  fix: 'Set limits on system.slice and user-.slice instead; for the whole host, run earlyoom.',
  *check({ subjects, host }) {
    for (const root of subjects.filter(({ name }) => name === '-.slice'))
      for (const key of ['MemoryMax', 'MemoryHigh', 'MemorySwapMax', 'MemoryMin', 'MemoryLow']) {
        const limit = root.own(key, host.memory);
        if (!isFiniteLimit(limit) || (limit.bytes === 0 && key !== 'MemorySwapMax')) continue;
        if (root.manager === 'system')
          yield { at: limit.at, message: `${renderLimit(limit)} on -.slice does nothing.` };
        else
          yield {
            at: limit.at,
            message: `${renderLimit(limit)} on -.slice of a user's manager does nothing.`,
            fix: "Set it on the system's side: under [Slice] in /etc/systemd/system/user-.slice.d/, or under [Service] in /etc/systemd/system/user@.service.d/.",
          };
      }
  },
};

export const tinyLimit: Rule = {
  id: 'tiny-limit',
  severity: 'error',
  title: 'A limit of less than a megabyte',
  why: 'A number without a suffix is in bytes: no program can start with such a limit.',
  source: 'systemd.resource-control(5), MemoryMax=',
  fix: 'Add a suffix: K, M, G or T.',
  *check({ subjects, host }) {
    for (const subject of subjects) {
      for (const key of ['MemoryMax', 'MemoryHigh']) {
        const limit = subject.own(key, host.memory);
        if (limit?.bytes !== undefined && limit.bytes < TINY)
          yield { at: limit.at, message: `${renderLimit(limit)} of ${subject.name} is ${formatBytes(limit.bytes)}.` };
      }
    }
  },
};

export const protectionUnbacked: Rule = {
  id: 'protection-unbacked',
  severity: 'warning',
  title: 'MemoryMin or MemoryLow without protection on the slices above',
  why: "Against the rest of the host, a unit is protected at most as much as its slice, and a slice without such a setting is not protected. The unit's setting alone decides only when the slice itself is at its limit.",
  source:
    'cgroup-v2.rst, memory.min ("limited by memory.min values of all ancestor cgroups"); mm/memcontrol.c, mem_cgroup_calculate_protection()',
  fix: 'Set the same MemoryMin= or MemoryLow= on each slice above the unit.',
  *check({ subjects, host, whole }) {
    for (const subject of subjects) {
      for (const key of ['MemoryMin', 'MemoryLow']) {
        const own = subject.own(key, host.memory);
        if (!own || own.bytes === 0) continue;
        const above = subject.levels.slice(1);
        // Reclaim for a slice's own limit respects the protections below the slice, and not the slice's own.
        const limited = above.findIndex((level) => isLimited(level, host.memory));
        const bare = above
          .slice(0, limited < 0 ? above.length : limited)
          .find((level) => !isProtected(level, key, host.memory));
        // Files by themselves do not tell what a slice lacks that is not among them.
        if (bare && (whole || bare.unit.files.length > 0))
          yield {
            at: own.at,
            message: `${renderLimit(own)} of ${subject.name} is not in effect: ${bare.name} has no ${key}.`,
          };
      }
    }
  },
};

const isLimited = (slice: Subject, memory: Bytes | undefined): boolean =>
  ['MemoryMax', 'MemoryHigh'].some((key) => isFiniteLimit(slice.own(key, memory)));

/** Whether a slice has the protection itself, or gets it as the default of the slice above it. */
function isProtected(slice: Subject, key: string, memory: Bytes | undefined): boolean {
  const own = slice.own(key, memory) ?? slice.parent?.own(`Default${key}`, memory);
  return own !== undefined && own.bytes !== 0;
}
