import { type Bytes, formatBytes, MIB } from '../../core/bytes.js';
import type { FilePlace } from '../../formats/place.js';
import type { Rule, Sighting } from '../rule.js';
import { findCapped, type Scene } from '../scene.js';
import { isFiniteLimit, type Limit, renderLimit, type Subject } from '../subject.js';
import { findSwap, hasBoxKiller } from './band.js';

/** What must stay for the kernel and the rest of the box: this share of its memory, and no less than this much. */
const SHARE_FOR_THE_REST = 0.1;
const MIN_FOR_THE_REST: Bytes = 512 * MIB;

const findCap = (subject: Subject, { host }: Scene): Limit | undefined => subject.tightest('MemoryMax', host.memory);

export const noCap: Rule = {
  id: 'no-cap',
  severity: 'error',
  title: 'The serving unit has no MemoryMax',
  why: 'What its children grow to is bounded by the box alone: it swaps, stalls, and the OOM killer chooses among everybody.',
  source: 'Incident 2026-06-10',
  fix: 'Set MemoryMax= on the unit, well below the memory of the host, with MemorySwapMax=0 and OOMPolicy=continue.',
  *check(scene) {
    const { serving } = scene;
    if (serving && !findCap(serving, scene))
      yield {
        at: serving.place,
        message: `${serving.name} serves, and neither it nor a slice above it has a MemoryMax.`,
      };
  },
};

export const maxNearRam: Rule = {
  id: 'max-near-ram',
  severity: 'error',
  title: "MemoryMax above or near the host's memory",
  why: 'The box is out of memory before the unit is: the OOM killer then acts for the whole box and may choose the server.',
  source: 'vm0-ai/vm0#34175',
  fix: "Leave at least a tenth of the host's memory, and 512M, below MemoryMax.",
  *check(scene) {
    const { memory } = scene.host;
    if (memory === undefined) return;
    for (const { max } of findCapped(scene)) {
      const left = memory - (max.bytes ?? 0);
      if (left >= Math.max(memory * SHARE_FOR_THE_REST, MIN_FOR_THE_REST)) continue;
      const message =
        left <= 0
          ? `${renderLimit(max)} of ${max.by} is not below the host's ${formatBytes(memory)}.`
          : `${renderLimit(max)} of ${max.by} leaves ${formatBytes(left)} of the host's ${formatBytes(memory)} for everything else.`;
      yield { at: max.at, message };
    }
  },
};

export const capsOverRam: Rule = {
  id: 'caps-over-ram',
  severity: 'warning',
  title: "Caps that add up to more than the host's memory, and no backstop",
  why: 'Each cap holds, and together they exhaust the box; nothing then stands between it and a global OOM.',
  source: 'scenario aggregate-exhaustion; vm0-ai/vm0#34175',
  fix: 'Lower the caps, or run a killer for the whole box, such as earlyoom with -m and -s 100.',
  *check(scene) {
    const { memory, swap } = scene.host;
    if (memory === undefined || !scene.whole || hasBoxKiller(scene) || (swap !== 0 && mayOomdKillIn('-.slice', scene)))
      return;
    // A cap within a capped slice adds nothing.
    const outer = findCapped(scene).filter(
      ({ subject }) => !subject.levels.slice(1).some((level) => isFiniteLimit(level.own('MemoryMax', memory))),
    );
    const sum = outer.reduce((total, { max }) => total + (max.bytes ?? 0), 0);
    const [first] = outer;
    if (sum <= memory || outer.length < 2 || !first) return;
    const parts = outer.map(({ subject, max }) => `${formatBytes(max.bytes ?? 0)} of ${subject.name}`).join(', ');
    yield {
      at: first.max.at,
      message: `The caps add up to ${formatBytes(sum)} (${parts}) on a host of ${formatBytes(memory)}, and no earlyoom is there.`,
    };
  },
};

/** Whether systemd-oomd may kill in a slice. */
function mayOomdKillIn(name: string, { subjects }: Scene): boolean {
  const slice = subjects.find((subject) => subject.name === name && subject.manager === 'system');
  return ['ManagedOOMMemoryPressure', 'ManagedOOMSwap'].some((key) => slice?.value(key)?.value === 'kill');
}

export const swapAllowed: Rule = {
  id: 'swap-allowed',
  severity: 'warning',
  title: 'Swap allowed on a capped unit',
  why: 'A runaway at its cap goes on into the swap, at the speed of the disk that everybody shares: the box stalls instead of the runaway dying.',
  source: 'Incidents 2026-06-10 and 2026-06-22; systemd.resource-control(5), MemorySwapMax=',
  fix: 'Set MemorySwapMax=0 beside MemoryMax.',
  *check(scene) {
    for (const { subject, max } of findCapped(scene)) {
      const swap = findSwap(subject, scene);
      if (swap === 'none') continue;
      const limit = subject.tightest('MemorySwapMax', scene.host.memory);
      const allowed = limit ? `may swap up to ${limit.text}` : 'may swap without bound';
      if (swap === 'some')
        yield {
          at: max.at,
          message: `${subject.name} is capped by ${renderLimit(max)} and ${allowed} on a host with ${formatBytes(scene.host.swap ?? 0)} of swap.`,
        };
      else
        yield {
          at: max.at,
          message: `${subject.name} is capped by ${renderLimit(max)} and ${allowed}, if the host has swap.`,
          severity: 'note',
        };
    }
  },
};

export const sliceUncapped: Rule = {
  id: 'slice-uncapped',
  severity: 'error',
  title: 'A slice left uncapped beside capped ones',
  why: 'The next runaway starts where no cap is: in a login session, in a container. It takes the box, and with it all that is capped so well.',
  source: 'Incident 2026-06-22',
  fix: 'Cap it too, for login sessions in user-.slice.d/50-memory.conf: [Slice], MemoryMax=, MemorySwapMax=0.',
  *check(scene) {
    const caps = findCapped(scene).filter(({ subject }) => subject.manager === 'system');
    const [first] = caps;
    if (!first) return;
    if (scene.whole) yield* checkSessions(scene, first);
    for (const subject of scene.subjects) {
      if (subject.type !== 'slice' || subject.manager !== 'system' || HOLDS_ALL.test(subject.name)) continue;
      if (findCap(subject, scene) || areMembersCapped(subject, scene)) continue;
      yield {
        at: subject.place,
        message: `${subject.name} has no MemoryMax, and ${first.subject.name} has ${renderLimit(first.max)}.`,
      };
    }
  },
};

/** Slices that hold the rest of the box, and those of the users, which are looked at by themselves. */
const HOLDS_ALL = /^(?:-|system|user|user-|user-\d+|machine|app|session|background)\.slice$/;

function* checkSessions(scene: Scene, { subject, max }: { subject: Subject; max: Limit }): Iterable<Sighting> {
  const all = scene.subjects.filter(({ name, manager }) => manager === 'system' && /^user-?\.slice$/.test(name));
  if (all.some((slice) => findCap(slice, scene))) return;
  const at: FilePlace = all[0]?.place ?? max.at;
  yield {
    at,
    message: `${subject.name} has ${renderLimit(max)}, and the login sessions of users (user-.slice) have no MemoryMax.`,
  };
}

/** Whether all that is known to run in a slice is capped itself. */
function areMembersCapped(slice: Subject, scene: Scene): boolean {
  const members = scene.subjects.filter((subject) => subject.type !== 'slice' && subject.isBelow(slice));
  return members.length > 0 && members.every((member) => findCap(member, scene));
}
