import { type Bytes, formatBytes, MIB } from '../../core/bytes.js';
import type { FilePlace } from '../../formats/place.js';
import { findPodmanLimits } from '../../formats/quadlet-container.js';
import type { Payload } from '../payload.js';
import { adviseLimit, findCapOfPayload, findOtherFile, WHAT } from '../payload-limits.js';
import { findPeople } from '../people.js';
import type { Rule, Sighting } from '../rule.js';
import { type Cap, findCapped, nameRole, type Scene } from '../scene.js';
import { isFiniteLimit, type Limit, renderLimit, type Subject } from '../subject.js';
import { findSwap, hasHostKiller } from './band.js';

/** The kernel and the rest of the host need this share of its memory, and at least this many bytes. */
const SHARE_FOR_THE_REST = 0.1;
const MIN_FOR_THE_REST: Bytes = 512 * MIB;

const findCap = (subject: Subject, { host }: Scene): Limit | undefined => subject.tightest('MemoryMax', host.memory);

/** Whether the container of a quadlet has a limit of Podman's own, inside of its service. */
const isCappedByPodman = ({ name }: Subject, { quadlets }: Scene): boolean =>
  quadlets.some((quadlet) => quadlet.service === name && findPodmanLimits(quadlet).memory !== undefined);

export const noCap: Rule = {
  id: 'no-cap',
  severity: 'error',
  title: 'The serving unit has no MemoryMax',
  why: 'Only the memory of the whole host limits its children: the host swaps and stalls, and the OOM killer chooses among all processes.',
  source: 'Incident 2026-06-10',
  fix: 'Set MemoryMax= on the unit, well below the memory of the host, with MemorySwapMax=0 and OOMPolicy=continue.',
  *check(scene) {
    for (const serving of scene.serving) {
      const payload = scene.payloads.get(serving);
      if (payload) yield* checkPayload(serving, payload, scene);
      else if (!findCap(serving, scene) && !isCappedByPodman(serving, scene))
        yield {
          at: serving.place,
          message: `${serving.name} is ${nameRole(scene)}, and neither it nor a slice above it has a MemoryMax.`,
        };
    }
  },
};

/** A server that runs in another cgroup than its unit: a limit of the unit does not hold it. */
function* checkPayload(serving: Subject, payload: Payload, scene: Scene): Iterable<Sighting> {
  // payload-elsewhere says it of a limit of its own.
  if (isFiniteLimit(serving.own('MemoryMax', scene.host.memory)) || findCapOfPayload(payload, serving, scene)) return;
  const role = `${serving.name} is ${nameRole(scene)}`;
  const rest = { at: serving.place, fix: adviseLimit(payload, serving, scene) };
  if (payload.kind === 'daemon') {
    const message = `${role}, and no file here limits what it starts in other cgroups: each ${payload.what} may have a limit of its own, or none.`;
    yield { ...rest, message, severity: 'warning' };
    return;
  }
  const { command } = payload;
  const other = command.variable ?? findOtherFile(command);
  yield {
    ...rest,
    message: `${role}, and \`${command.name}\` starts ${WHAT[command.engine]} in another cgroup without a limit${other === undefined ? '' : `, unless ${other} sets one`}.`,
    severity: other === undefined ? 'error' : 'warning',
  };
}

/** Whether a limit leaves the rest of a host with too little of its memory. */
export const leavesTooLittle = (memory: Bytes, limit: Bytes): boolean =>
  memory - limit < Math.max(memory * SHARE_FOR_THE_REST, MIN_FOR_THE_REST);

export const maxNearRam: Rule = {
  id: 'max-near-ram',
  severity: 'error',
  title: "MemoryMax above or near the host's memory",
  why: 'The host runs out of memory before the unit does: the OOM killer then acts for the whole host and may choose the server.',
  source: 'vm0-ai/vm0#34175',
  fix: "Lower MemoryMax, so that at least a tenth of the host's memory, and no less than 512M, remains for everything else.",
  *check(scene) {
    const { memory } = scene.host;
    for (const { max } of findCapped(scene)) {
      if (memory === undefined) {
        const rest = WHOLE - toPermyriad(max.share ?? 0);
        if (rest < WHOLE * SHARE_FOR_THE_REST)
          yield {
            at: max.at,
            message:
              rest === 0
                ? `${renderLimit(max)} of ${max.by} is the whole memory of the host.`
                : `${renderLimit(max)} of ${max.by} leaves ${rest / 100} % of the host's memory for everything else.`,
          };
        continue;
      }
      const rest = memory - (max.bytes ?? 0);
      if (!leavesTooLittle(memory, max.bytes ?? 0)) continue;
      const message =
        rest <= 0
          ? `${renderLimit(max)} of ${max.by} is not below the host's ${formatBytes(memory)}.`
          : `${renderLimit(max)} of ${max.by} leaves ${formatBytes(rest)} of the host's ${formatBytes(memory)} for everything else.`;
      yield { at: max.at, message };
    }
  },
};

/** Shares are whole permyriads of the memory (systemd, parse_permyriad()). */
const WHOLE = 10_000;
const toPermyriad = (share: number): number => Math.round(share * WHOLE);

export const capsOverRam: Rule = {
  id: 'caps-over-ram',
  severity: 'warning',
  title: "Caps that add up to more than the host's memory, without a backstop",
  why: 'Each unit stays below its cap, and together they exhaust the host; nothing then prevents an OOM of the whole host.',
  source: 'scenario aggregate-exhaustion; vm0-ai/vm0#34175',
  fix: 'Lower the caps, or run a killer that watches the whole host, such as earlyoom with -m and -s 100.',
  *check(scene) {
    const { memory, swap } = scene.host;
    if (!scene.whole || hasHostKiller(scene) || (swap !== 0 && mayOomdKillIn('-.slice', scene))) return;
    // A cap within a capped slice adds nothing.
    const outer = findCapped(scene).filter(
      ({ subject }) => !subject.levels.slice(1).some((level) => isFiniteLimit(level.own('MemoryMax', memory))),
    );
    const excess = memory === undefined ? sumShares(outer) : sumSizes(outer, memory);
    if (excess) yield { at: excess.at, message: `The caps add up to ${excess.says} without earlyoom.` };
  },
};

/** Caps that add up to more than the host's memory, in words. */
interface Excess {
  readonly at: FilePlace;
  readonly says: string;
}

function sumSizes(caps: readonly Cap[], memory: Bytes): Excess | undefined {
  const sum = caps.reduce((total, { max }) => total + (max.bytes ?? 0), 0);
  const [first] = caps;
  if (sum <= memory || caps.length < 2 || !first) return undefined;
  const parts = caps.map(({ subject, max }) => `${formatBytes(max.bytes ?? 0)} of ${subject.name}`).join(', ');
  return { at: first.max.at, says: `${formatBytes(sum)} (${parts}) on a host of ${formatBytes(memory)}` };
}

/** Shares of the memory may be too much by themselves, whatever its size. */
function sumShares(caps: readonly Cap[]): Excess | undefined {
  const shares = caps.filter(({ max }) => max.share !== undefined);
  const sum = shares.reduce((total, { max }) => total + toPermyriad(max.share ?? 0), 0);
  const [first] = shares;
  if (sum <= WHOLE || shares.length < 2 || !first) return undefined;
  const parts = shares.map(({ subject, max }) => `${max.text} of ${subject.name}`).join(', ');
  return { at: first.max.at, says: `${sum / 100} % of the host's memory (${parts})` };
}

/** Whether systemd-oomd may kill in a slice of the system. */
function mayOomdKillIn(name: string, { subjects }: Scene): boolean {
  const slice = subjects.find((subject) => subject.name === name && subject.manager === 'system');
  return ['ManagedOOMMemoryPressure', 'ManagedOOMSwap'].some((key) => slice?.value(key)?.value === 'kill');
}

/** So little swap, where it is set, stalls no host: a disk reads and writes it in a second. */
const LITTLE_SWAP: Bytes = 128 * MIB;

export const swapAllowed: Rule = {
  id: 'swap-allowed',
  severity: 'warning',
  title: 'Swap allowed on a capped unit',
  why: 'A runaway at its cap continues into the swap, at the speed of a disk that all units share: the host stalls, and the runaway lives on.',
  source: 'Incidents 2026-06-10 and 2026-06-22; systemd.resource-control(5), MemorySwapMax=',
  fix: 'Set MemorySwapMax=0 together with MemoryMax.',
  *check(scene) {
    for (const { subject, max } of findCapped(scene)) {
      const swap = findSwap(subject, scene);
      if (swap === 'none') continue;
      const limit = subject.tightest('MemorySwapMax', scene.host.memory);
      if (limit?.bytes !== undefined && limit.bytes <= LITTLE_SWAP) continue;
      const allowed = limit ? `may swap up to ${limit.text}` : 'may swap without limit';
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
  severity: 'warning',
  title: 'A slice without a cap next to capped units',
  why: 'The next runaway starts where there is no cap, such as in a login session or a container. It exhausts the host, and every capped unit suffers with it.',
  source: 'Incident 2026-06-22',
  fix: 'Cap it too. For login sessions, write MemoryMax= and MemorySwapMax=0 under [Slice] in user-.slice.d/50-memory.conf.',
  *check(scene) {
    const caps = findCapped(scene).filter(({ subject, max }) => subject.manager === 'system' && isOfHost(subject, max));
    const [first] = caps;
    if (!first) return;
    if (scene.whole) yield* checkSessions(scene, first);
    for (const subject of scene.subjects) {
      if (subject.type !== 'slice' || subject.manager !== 'system' || CATCH_ALL_SLICES.test(subject.name)) continue;
      if (findCap(subject, scene) || areMembersCapped(subject, scene) || isLeftFree(subject, scene)) continue;
      yield {
        at: subject.place,
        message: `${subject.name} has no MemoryMax, while ${first.subject.name} has ${renderLimit(first.max)}.`,
      };
    }
  },
};

/** Whether a cap says what someone wants of the host: not if it is a package's own, or that of one user. */
const isOfHost = ({ name }: Subject, { at }: Limit): boolean =>
  !/^user(?:-\d+\.slice|@.*\.service)$/.test(name) && !/(?:^|\/)usr\/lib\/systemd\//.test(at.path);

/** Slices that hold the rest of the host, and those of the users, which checkSessions checks. */
const CATCH_ALL_SLICES = /^(?:-|system|user|user-|user-\d+|machine|app|session|background)\.slice$/;

function* checkSessions(scene: Scene, { subject, max }: Cap): Iterable<Sighting> {
  const people = findPeople(scene);
  const all = scene.subjects.filter(({ name, manager }) => manager === 'system' && /^user-?\.slice$/.test(name));
  if (people === undefined || all.some((slice) => findCap(slice, scene))) return;
  const at: FilePlace = all[0]?.place ?? max.at;
  const sessions = 'the login sessions of users (user-.slice) have no MemoryMax';
  if (people === 'work')
    yield { at, message: `${subject.name} has ${renderLimit(max)}, while ${sessions}.`, severity: 'error' };
  else
    yield {
      at,
      message: `${subject.name} has ${renderLimit(max)}; ${sessions}, in case people start programs there.`,
      severity: 'note',
    };
}

/** Whether a slice is protected instead of capped, or is of systemd's own short helpers. */
function isLeftFree(slice: Subject, scene: Scene): boolean {
  const isProtected = ['MemoryMin', 'MemoryLow'].some((key) => (slice.own(key, scene.host.memory)?.bytes ?? 0) > 0);
  return isProtected || /^system-systemd\\x2d/.test(slice.name);
}

/** Whether a slice has known members, and all of them are capped. */
function areMembersCapped(slice: Subject, scene: Scene): boolean {
  const members = scene.subjects.filter((subject) => subject.type !== 'slice' && subject.isBelow(slice));
  return members.length > 0 && members.every((member) => findCap(member, scene));
}
