import { formatBytes } from '../../core/bytes.js';
import type { Rule, Sighting } from '../rule.js';
import type { Scene } from '../scene.js';
import { isFiniteLimit, type Limit, renderLimit, renderLimitOfUnit, type Subject } from '../subject.js';

/** A soft limit that acts on a unit below the hard one, with what is known of swap there. */
export interface ThrottledBand {
  readonly subject: Subject;
  readonly high: Limit;
  /** The hard limit above it; undefined for none. */
  readonly max: Limit | undefined;
  /** `none`, `some`, or undefined where nobody told what swap the host has. */
  readonly swap: 'none' | 'some' | undefined;
}

/** Swap that a unit may use: nothing where it, a slice above it or the host has none. */
export function findSwap(subject: Subject, { host }: Scene): ThrottledBand['swap'] {
  if (host.swap === 0 || subject.tightest('MemorySwapMax', host.memory)?.bytes === 0) return 'none';
  return host.swap === undefined ? undefined : 'some';
}

/** Every unit that can be throttled before it is killed. */
export function findBands(scene: Scene): ThrottledBand[] {
  const { memory } = scene.host;
  return scene.subjects.flatMap((subject) => {
    const high = subject.tightest('MemoryHigh', memory);
    const max = subject.tightest('MemoryMax', memory);
    if (!high || (max?.bytes !== undefined && high.bytes !== undefined && high.bytes >= max.bytes)) return [];
    return [{ subject, high, max, swap: findSwap(subject, scene) }];
  });
}

function describeBand({ subject, high, max }: ThrottledBand): string {
  const limits = `${renderLimitOfUnit(high, subject)} lies below ${max ? renderLimitOfUnit(max, subject) : 'no MemoryMax at all'}`;
  if (high.bytes === undefined || max?.bytes === undefined) return limits;
  return `${limits}: a band of ${formatBytes(max.bytes - high.bytes)}`;
}

export const softBand: Rule = {
  id: 'soft-band',
  severity: 'error',
  title: 'MemoryHigh below MemoryMax, and no swap',
  why: 'Above memory.high the kernel throttles every task of the cgroup and never kills; without swap nothing gives way but the program text of the server. What comes to rest in the band silences the server for as long as it lives.',
  source: 'Incident 2026-07-02; cgroup-v2.rst, memory.high; vm0-ai/vm0#27110; Kubernetes KEP-2570',
  fix: 'Take MemoryHigh away (MemoryHigh=infinity): a runaway then dies at MemoryMax.',
  *check(scene) {
    for (const band of findBands(scene)) {
      if (band.swap !== 'none') continue;
      const without =
        band.subject.tightest('MemorySwapMax', scene.host.memory)?.bytes === 0 ? 'may not swap' : 'has no swap';
      yield { at: band.high.at, message: `${describeBand(band)}, and ${band.subject.name} ${without}.` };
    }
  },
};

export const softLimit: Rule = {
  id: 'soft-limit',
  severity: 'warning',
  title: 'MemoryHigh on a unit that may swap',
  why: 'With swap the standstill above memory.high comes later and slower: at the speed of the disk, and in full when the swap is used up.',
  source: '84codes/sparoid#6; cgroup-v2.rst, memory.high',
  fix: 'Cap with MemoryMax alone, and take MemoryHigh away.',
  *check(scene) {
    for (const band of findBands(scene)) {
      if (band.swap === 'none') continue;
      yield { at: band.high.at, message: `${describeBand(band)} on ${band.subject.name}.` };
    }
  },
};

export const highAboveMax: Rule = {
  id: 'high-above-max',
  severity: 'warning',
  title: 'MemoryHigh at or above MemoryMax',
  why: 'systemd takes it without a word; the soft limit can never act, so one of the two numbers is not what its author meant.',
  source: 'cgroup-v2.rst, memory.max; systemd.resource-control(5)',
  fix: 'Take MemoryHigh away, or correct the one that is wrong.',
  *check({ subjects, host }) {
    for (const subject of subjects) {
      const high = subject.own('MemoryHigh', host.memory);
      const max = subject.own('MemoryMax', host.memory);
      if (!isFiniteLimit(high) || !isFiniteLimit(max) || high.bytes === undefined || max.bytes === undefined) continue;
      if (high.bytes >= max.bytes)
        yield {
          at: high.at,
          message: `${renderLimit(high)} lies ${high.bytes === max.bytes ? 'at' : 'above'} ${renderLimit(max)}, where it can never act.`,
        };
    }
  },
};

export const brim: Rule = {
  id: 'brim',
  severity: 'note',
  title: 'The brim below MemoryMax',
  why: 'What comes to rest a few megabytes below MemoryMax leaves no room for the text of the server, which is read from the disk again and again; nobody is killed. Every cap without swap has this band; it is only much narrower than one below MemoryHigh.',
  source: 'mieweb/opensource-server#431; docs/the-brim.md',
  fix: 'Measure its width: `oomdrill map BUNDLE`.',
  *check(scene) {
    const { serving } = scene;
    const max = serving?.tightest('MemoryMax', scene.host.memory);
    if (!serving || !max || findSwap(serving, scene) !== 'none') return;
    yield {
      at: max.at,
      message: `${serving.name} has ${renderLimitOfUnit(max, serving)} and no swap: a brim remains.`,
    };
  },
};

/** Whether earlyoom, or another killer that reads the whole box's memory, is there. */
export function hasBoxKiller({ tree, manifest, earlyoom }: Scene): boolean {
  const others = tree.entries.some(({ path }) => /(?:^|\/)nohang[^/]*\.(?:conf|service)$/.test(path));
  return (
    earlyoom !== undefined || others || (manifest?.sidecars ?? []).some(({ unit }) => /^(?:earlyoom|nohang)/.test(unit))
  );
}

export const earlyoomBlind: Rule = {
  id: 'earlyoom-blind',
  severity: 'warning',
  title: 'A band that earlyoom is to end',
  why: 'earlyoom reads the memory of the whole box and knows no cgroup: a unit that stands still at its own limit, on a box with room to spare, is nothing to it.',
  source: 'rfjakob/earlyoom#331; earlyoom(1)',
  fix: 'Close the band itself: MemoryHigh=infinity. earlyoom stays as the backstop of the whole box.',
  *check(scene): Iterable<Sighting> {
    if (!hasBoxKiller(scene)) return;
    for (const { subject, high } of findBands(scene)) {
      yield {
        at: high.at,
        message: `${subject.name} can come to rest above ${renderLimit(high)}, and no killer of the whole box will see it.`,
      };
    }
  },
};
