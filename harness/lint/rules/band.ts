import { formatBytes } from '../../core/bytes.js';
import { compareAmounts } from '../amount.js';
import type { Rule, Sighting } from '../rule.js';
import type { Scene } from '../scene.js';
import { isFiniteLimit, type Limit, lowestOf, renderLimit, renderLimitOfUnit, type Subject } from '../subject.js';

/** A unit that MemoryHigh throttles before MemoryMax applies. */
export interface ThrottledBand {
  readonly subject: Subject;
  readonly high: Limit;
  /** The hard limit above it; undefined if there is none. */
  readonly max: Limit | undefined;
  /** `none`, `some`, or undefined if the swap of the host is not known. */
  readonly swap: 'none' | 'some' | undefined;
}

/** Swap that a unit may use: none if the unit, a slice above it or the host has none. */
export function findSwap(subject: Subject, { host }: Scene): ThrottledBand['swap'] {
  if (host.swap === 0 || subject.tightest('MemorySwapMax', host.memory)?.bytes === 0) return 'none';
  return host.swap === undefined ? undefined : 'some';
}

/** Every unit that the kernel can throttle before it kills one of its tasks, as far as the files alone tell. */
export function findBands(scene: Scene): ThrottledBand[] {
  const { memory } = scene.host;
  return scene.subjects.flatMap((subject) => {
    if (scene.payloads.has(subject)) return [];
    const maxes = subject.limits('MemoryMax', memory);
    const below = subject
      .limits('MemoryHigh', memory)
      .filter((high) => maxes.every((max) => (compareAmounts(high, max) ?? 0) < 0));
    const high = lowestOf(below);
    return high ? [{ subject, high, max: lowestOf(maxes), swap: findSwap(subject, scene) }] : [];
  });
}

function describeBand({ subject, high, max }: ThrottledBand): string {
  const limit = renderLimitOfUnit(high, subject);
  if (!max) return `${limit} has no MemoryMax above it`;
  const limits = `${limit} lies below ${renderLimitOfUnit(max, subject)}`;
  if (high.bytes === undefined || max.bytes === undefined) return limits;
  return `${limits}: a band of ${formatBytes(max.bytes - high.bytes)}`;
}

/** Where MemoryHigh is the only limit: without it there would be none. */
export const CAP_FIRST = 'Set MemoryMax= first, and then remove MemoryHigh: a runaway then dies at MemoryMax.';

export const softBand: Rule = {
  id: 'soft-band',
  severity: 'error',
  title: 'MemoryHigh below MemoryMax, and no swap',
  why: 'Above memory.high the kernel throttles every task of the cgroup and kills none. Without swap it can reclaim little but the program text of the server. A runaway that settles in the band silences the server for as long as it lives.',
  source:
    'Incident 2026-07-02; cgroup-v2.rst, memory.high; vm0-ai/vm0#27110; Kubernetes KEP-2570; canonical/lxd#13147; FootprintAI/Containarium#1454',
  fix: 'Remove MemoryHigh (MemoryHigh=infinity): a runaway then dies at MemoryMax.',
  *check(scene) {
    for (const band of findBands(scene)) {
      if (band.swap !== 'none') continue;
      const without =
        band.subject.tightest('MemorySwapMax', scene.host.memory)?.bytes === 0 ? 'may not swap' : 'has no swap';
      yield {
        at: band.high.at,
        message: `${describeBand(band)}, and ${band.subject.name} ${without}.`,
        fix: band.max ? undefined : CAP_FIRST,
      };
    }
  },
};

export const softLimit: Rule = {
  id: 'soft-limit',
  severity: 'warning',
  title: 'MemoryHigh on a unit that may swap',
  why: 'With swap, the stall above memory.high comes later and more slowly: at the speed of the disk, and in full when the swap is used up.',
  source: '84codes/sparoid#6; cgroup-v2.rst, memory.high',
  fix: 'Use MemoryMax alone as the cap, and remove MemoryHigh.',
  *check(scene) {
    for (const band of findBands(scene)) {
      if (band.swap === 'none') continue;
      yield {
        at: band.high.at,
        message: `${describeBand(band)} on ${band.subject.name}.`,
        fix: band.max ? undefined : CAP_FIRST,
      };
    }
  },
};

export const highAboveMax: Rule = {
  id: 'high-above-max',
  severity: 'warning',
  title: 'MemoryHigh at or above MemoryMax',
  why: 'systemd accepts it without a warning. The soft limit can never act: that is as good as none where both are equal on purpose, and else one of the two numbers is not what its author meant.',
  source: 'cgroup-v2.rst, memory.max; systemd.resource-control(5)',
  fix: 'Remove MemoryHigh, or correct the number that is wrong.',
  *check({ subjects, host }) {
    for (const subject of subjects) {
      const high = subject.own('MemoryHigh', host.memory);
      const max = subject.own('MemoryMax', host.memory);
      if (!isFiniteLimit(high) || !isFiniteLimit(max)) continue;
      const order = compareAmounts(high, max);
      if (order !== undefined && order >= 0)
        yield {
          at: high.at,
          message: `${renderLimit(high)} lies ${order === 0 ? 'at' : 'above'} ${renderLimit(max)}: it can never act.`,
        };
    }
  },
};

export const brim: Rule = {
  id: 'brim',
  severity: 'note',
  title: 'The brim below MemoryMax',
  why: 'A runaway that settles a few megabytes below MemoryMax leaves no room for the program text of the server: the kernel reads it from the disk again and again, and kills no task. Every cap without swap has such a band; it is much narrower than the one that MemoryHigh makes.',
  source: 'mieweb/opensource-server#431; docs/the-brim.md',
  fix: 'Measure its width with `oomdrill map BUNDLE`.',
  *check(scene) {
    for (const serving of scene.serving) {
      const max = serving.tightest('MemoryMax', scene.host.memory);
      if (!max || findSwap(serving, scene) !== 'none') continue;
      yield {
        at: max.at,
        message: `${serving.name} has ${renderLimitOfUnit(max, serving)} and no swap: a brim remains.`,
      };
    }
  },
};

/** Whether the host has earlyoom, or another killer that watches the memory of the whole host. */
export function hasHostKiller({ tree, manifest, earlyoom }: Scene): boolean {
  const paths = [...tree.entries, ...tree.notRead].map(({ path }) => path);
  const others = paths.some((path) => /(?:^|\/)nohang[^/]*\.(?:conf|service)$/.test(path));
  return (
    earlyoom !== undefined || others || (manifest?.sidecars ?? []).some(({ unit }) => /^(?:earlyoom|nohang)/.test(unit))
  );
}

export const earlyoomBlind: Rule = {
  id: 'earlyoom-blind',
  severity: 'warning',
  title: 'A soft limit whose stall earlyoom does not see',
  why: 'earlyoom watches the memory of the whole host, not that of cgroups: it does nothing for a unit that stalls at its own limit while the host has memory to spare.',
  source: 'rfjakob/earlyoom#331; earlyoom(1)',
  fix: 'Set MemoryHigh=infinity. Keep earlyoom as the backstop of the whole host.',
  *check(scene): Iterable<Sighting> {
    if (!hasHostKiller(scene)) return;
    for (const { subject, high, max } of findBands(scene)) {
      yield {
        at: high.at,
        message: `${subject.name} can stall above ${renderLimit(high)}, and a killer that watches the whole host does not see it.`,
        fix: max ? undefined : CAP_FIRST,
      };
    }
  },
};
