import { formatBytes } from '../core/bytes.js';
import { formatSeconds } from '../core/clock.js';
import type { Header, HogState, Outcome } from '../record/schema.js';
import { windowMs } from '../record/watchdog.js';
import type { HogFate } from '../study/parties.js';
import type { Study } from '../study/study.js';
import { isDead } from '../study/task-state.js';

/** What came out, and why, in sentences: the most telling first. */
export interface Finding {
  readonly outcome: Outcome;
  readonly reasons: readonly string[];
  /** Whether it was the host's own state that left the drill inconclusive: on a quieter host it may tell. */
  readonly spoiledByHost: boolean;
}

/** Bounds of the judgement. Each says why it is where it is. */
export const BOUNDS = {
  /** Samples missing beyond this leave room for an event that nobody saw. Percent of the ordeal's ticks. */
  missingSamplesPercent: 5,
  /** The schedule is the harness' own: requests that vanish mean that the prober broke. Percent of those that must have ended. */
  missingProbesPercent: 1,
  /** A harness that stood still this long may have made the gap it measured. */
  hostStallMs: 1_000,
  /** Beyond this the host above us takes so much that timings are its, not ours. */
  stealPercent: 25,
  /** A guest whose CPUs have less of the host's cores to themselves answers late for the host's sake. Share of its CPUs. */
  guestCoresShare: 0.7,
  /** The host's wall clock must not be set while a drill is timed. */
  clockJumpMs: 1_000,
  /** A server that is not well before the injection proves nothing by being unwell after it. */
  baselineGapMs: 2_000,
  /** A quarter of the incident's window: what a user notices as an outage, short of a disconnect. */
  degradedGapMs: 5_000,
  /** Median of the hold: ten times what a healthy server needs even under emulation. */
  degradedMedianMs: 500,
  /** memory.current may pass memory.max by batches of charges that are under way; by no more than this. */
  escapedShare: 0.01,
  /** The whole box is out of memory when less than this share of it is available. */
  boxAvailableShare: 0.02,
} as const;

/** Decides the outcome by evidence, in the order of docs/outcomes.md: the first that holds. */
export function decideOutcome(study: Study, header: Header): Finding {
  for (const [outcome, find] of DECISIONS) {
    const reasons = find(study, header);
    const spoiledByHost = outcome === 'inconclusive' && !study.brokenOff && starved(study, header).length > 0;
    if (reasons.length > 0) return { outcome, reasons, spoiledByHost };
  }
  return { outcome: 'contained', reasons: contained(study), spoiledByHost: false };
}

type Decision = (study: Study, header: Header) => string[];

const DECISIONS: readonly (readonly [Outcome, Decision])[] = [
  ['inconclusive', inconclusive],
  ['escaped', escaped],
  ['unit-stopped', unitStopped],
  ['collateral-kill', collateralKill],
  ['livelocked', livelocked],
  ['wounded', wounded],
  ['degraded', degraded],
];

/** Says each of these that is true. */
export const said = (...claims: readonly (readonly [boolean, string])[]): string[] =>
  claims.filter(([holds]) => holds).map(([, sentence]) => sentence);

function inconclusive(study: Study, header: Header): string[] {
  const { availability, missingProbesPercent, parties, phases, sampling } = study;
  if (study.brokenOff) return [`The drill was broken off: ${study.brokenOff.replace(/\.?$/, '.')}`];
  if (parties.hogs.length === 0 || !phases.hold || !parties.before || !parties.after)
    return ['The record holds no whole drill: a phase or a look at the unit is missing.'];
  const window = windowMs(header.watchdog);
  const held = phases.hold.to - phases.hold.from;
  const missing = sampling.missingPercent ?? 100;
  return [
    ...starved(study, header),
    ...said(
      // A hog that is stuck on its way beside a server that is silent has shown what it was to show.
      ...(livelocked(study, header).length > 0 ? [] : parties.hogs.flatMap((hog) => hogOddities(hog, study))),
      [
        (missingProbesPercent ?? 0) > BOUNDS.missingProbesPercent,
        `${missingProbesPercent?.toFixed(1)} % of the requests are missing.`,
      ],
      // A box that ran out of memory starves the sampler too: the kernel's own log is enough then.
      [
        parties.boxKills === 0 && missing > BOUNDS.missingSamplesPercent,
        `${missing.toFixed(1)} % of the samples are missing.`,
      ],
      [
        (availability.baselineGapMs ?? Number.POSITIVE_INFINITY) > BOUNDS.baselineGapMs,
        `The server was not well before the injection: its longest gap was ${formatSeconds(availability.baselineGapMs ?? 0)}.`,
      ],
      [
        held <= window,
        `The hold of ${formatSeconds(held)} is no longer than the watchdog window of ${formatSeconds(window)}.`,
      ],
    ),
  ];
}

/** What of the host's own state makes the drill's timings worthless. */
function starved({ host }: Study, header: Header): string[] {
  const wanted = Math.min(header.guestCpus, header.host.cpus);
  const spare = header.host.cpus - wanted * BOUNDS.guestCoresShare;
  const stalled = host.longestStallMs ?? Number.POSITIVE_INFINITY;
  return said(
    [
      stalled > BOUNDS.hostStallMs,
      host.longestStallMs === null
        ? 'Nothing is known of how the host fared.'
        : `The harness itself stood still for ${formatSeconds(stalled)}: the host was starved.`,
    ],
    [
      (host.othersBusyCores ?? 0) > spare,
      `Others kept ${host.othersBusyCores?.toFixed(1)} of the host's ${header.host.cpus} cores busy: the guest's CPUs had too little left.`,
    ],
    [
      (host.stealPercent ?? 0) > BOUNDS.stealPercent,
      `${host.stealPercent?.toFixed(0)} % of the host's CPU time was stolen from it.`,
    ],
    [
      (host.clockJumpMs ?? 0) > BOUNDS.clockJumpMs,
      `The host's clock jumped by ${formatSeconds(host.clockJumpMs ?? 0)}.`,
    ],
  );
}

/** What of a hog makes the drill prove nothing. */
function hogOddities({ injection, state, reachedTarget, killed }: HogFate, study: Study): [boolean, string][] {
  return [
    [state === null || state.state === 'starting', `The hog ${injection.hog} was never seen to grow.`],
    [
      !reachedTarget && !killed,
      `The hog never came to its target of ${formatBytes(injection.targetBytes ?? 0)}: it was ${state?.state ?? 'never seen'} with ${formatBytes(state?.touchedBytes ?? 0)}.`,
    ],
    [
      // One that ended in the hold without any killer's doing put no strain on anybody from then on; systemd, which ends all of a unit
      // whose server is gone, has a reason.
      isOver(state) && !killed && !(study.memory.oomKills ?? 0) && unitStopped(study).length === 0,
      `The hog did not stay: it was ${state?.state} before the release, and no killer says that it did it.`,
    ],
  ];
}

const isOver = (state: HogState | null): boolean =>
  state !== null && ['killed', 'exited', 'failed'].includes(state.state);

function escaped({ memory, effect, parties, leastAvailableBytes }: Study, header: Header): string[] {
  const max = effect?.limits.max ?? null;
  const peak = memory.peakBytes ?? 0;
  return said(
    ...(effect?.checks ?? []).map(({ what, wanted, found, ok }): [boolean, string] => [
      !ok,
      `The limits of ${effect?.unit} did not hold where the hog was: ${what} is ${found}, not ${wanted}.`,
    ]),
    [
      max !== null && peak > max * (1 + BOUNDS.escapedShare),
      `Memory rose to ${formatBytes(peak)}, past MemoryMax at ${formatBytes(max ?? 0)}.`,
    ],
    [
      parties.boxKills > 0,
      `The whole guest ran out of memory: the kernel killed ${parties.boxKills} time(s) outside of any limit.`,
    ],
    [
      // One that was held up on the way to the limit has not escaped: it is throttled.
      (max === null || peak > max * (1 - BOUNDS.escapedShare)) &&
        parties.hogs.some(
          ({ injection, state, killed }) =>
            injection.targetBytes === null && injection.memory !== 'page-cache' && !killed && !isOver(state),
        ),
      'A hog that grows past every limit was not killed.',
    ],
    [
      leastAvailableBytes !== null && leastAvailableBytes < header.guestMemoryBytes * BOUNDS.boxAvailableShare,
      `The whole guest was down to ${formatBytes(leastAvailableBytes ?? 0)} of available memory.`,
    ],
  );
}

function unitStopped({ parties: { before, after, placesAfter } }: Study): string[] {
  if (!before || !after) return [];
  return said(
    ...placesAfter.map(({ unit, activeState, result }): [boolean, string] => [
      activeState !== 'active',
      `systemd holds ${unit} for ${activeState} (Result=${result}).`,
    ]),
    [after.activeState !== 'active', `systemd holds ${after.unit} for ${after.activeState} (Result=${after.result}).`],
    [
      after.activeState === 'active' && after.result === 'oom-kill',
      `systemd ended ${after.unit} for an OOM kill (Result=oom-kill).`,
    ],
    [
      after.nRestarts > before.nRestarts,
      `systemd restarted ${after.unit} (NRestarts ${before.nRestarts} -> ${after.nRestarts}).`,
    ],
    [
      after.activeState === 'active' && after.mainPid !== before.mainPid,
      `The server is another process: PID ${before.mainPid} -> ${after.mainPid}.`,
    ],
  );
}

function collateralKill({ parties }: Study): string[] {
  return [
    ...parties.otherVictims.map((victim) => `${victim} was killed, who is no hog.`),
    ...parties.lostBystanders.map((name) => `${name} did not live through the drill.`),
  ];
}

function livelocked({ availability, memory, parties }: Study, header: Header): string[] {
  const window = windowMs(header.watchdog);
  const gap = availability.longestGapMs ?? 0;
  const nobodyKilled = parties.firstKillT === null && (memory.oomKills ?? 0) === 0;
  if (
    gap < window ||
    !nobodyKilled ||
    !parties.hogs.every(({ state }) => isAlive(state?.task)) ||
    parties.serverAlive === false
  )
    return [];
  return [
    `No client got an answer for ${formatSeconds(gap)}, longer than the watchdog window of ${formatSeconds(window)}, and the kernel killed nobody.`,
    `All tasks of the cgroup stood still for ${memory.fullStallPercent?.toFixed(0) ?? '?'} % of the hold (PSI full); memory.events counted ${memory.highEvents} high and ${memory.maxEvents} max.`,
    `The server and the hog were both alive, the hog at ${formatBytes(memory.plateauBytes ?? 0)}; page cache in the cgroup fell to ${formatBytes(memory.leastFileBytes ?? 0)}.`,
  ];
}

const isAlive = (task: string | undefined): boolean => task !== undefined && !isDead(task);

function wounded({ availability, parties: { after, session } }: Study): string[] {
  return said(
    [after?.listening === false, `${after?.unit} is active but nothing listens on its port any more.`],
    [!availability.answersAtEnd, 'The server is active but did not answer at the end, with the hog long gone.'],
    [session?.before === true && !session.after, "The client's session did not come back."],
  );
}

function degraded({ availability }: Study, header: Header): string[] {
  const bound = header.scenario.expect.longestGapMs ?? BOUNDS.degradedGapMs;
  const gap = availability.longestGapMs ?? Number.POSITIVE_INFINITY;
  const median = availability.holdMedianMs ?? Number.POSITIVE_INFINITY;
  return said(
    [gap > bound, `The longest gap between two answers was ${formatSeconds(gap)}, more than ${formatSeconds(bound)}.`],
    [
      median > BOUNDS.degradedMedianMs,
      Number.isFinite(median)
        ? `The median answer took ${formatSeconds(median)} in the hold.`
        : 'Most requests of the hold got no answer.',
    ],
  );
}

function contained({ availability, memory, parties }: Study): string[] {
  return [
    parties.hogKilled
      ? `${(memory.oomKills ?? 0) > 0 ? `The kernel killed the hog (${memory.oomKills} OOM kill)` : 'The hog was killed'}, and the server kept its process (PID ${parties.after?.mainPid}).`
      : `Nothing was killed with the hog at ${formatBytes(memory.plateauBytes ?? 0)}.`,
    `The longest gap between two answers was ${formatSeconds(availability.longestGapMs ?? 0)}; the median answer of the hold took ${(availability.holdMedianMs ?? 0).toFixed(0)} ms.`,
  ];
}
