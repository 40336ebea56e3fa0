import type { Load } from '../record/load.js';
import type { Entry, EntryOf } from '../record/schema.js';
import { shareIn } from './attribution/totals.js';
import { counterOf } from './counter.js';
import { entriesOfType, isIn, largest, type Span, smallest } from './entries.js';
import { hasEnded } from './task-state.js';

/** What has been seen of a hold until now. */
export interface HoldSoFar {
  /** All entries since the injection began, and at least the last answer before it. */
  readonly entries: readonly Entry[];
  /** When the hold began, and what time it is; milliseconds of the record. */
  readonly from: number;
  readonly now: number;
  /** As long as clients wait, milliseconds. */
  readonly windowMs: number;
  /** The injections of the drill, by name. */
  readonly injections: readonly string[];
  /** Memory of the guest, bytes. */
  readonly guestMemoryBytes: number;
  /** When the injection began, milliseconds of the record. */
  readonly injectedT: number;
  /** The requests that are sent in addition to those of the prober. */
  readonly load?: Load | undefined;
  /** 1 for a guest of usual speed and for any faster one, 2 for one that is half as fast. */
  readonly slowness: number;
  /** A sample is taken this often, milliseconds. */
  readonly sampleIntervalMs: number;
}

/**
 * Why nothing that may still happen in a hold can change the outcome of its drill:
 *
 * - `livelock`: clients have given up, and nothing in the cgroup moves that could end it
 * - `plateau`: clients would have given up by now, and nothing has happened at all; never under load
 * - `ended`: what was injected has ended, and the server is healthy
 * - `gone`: what was injected has ended, and so has the server: its cgroup was not there for as long as clients wait. One that
 *   is started later is no less another server than one that is not
 */
export type HoldDecision = 'livelock' | 'plateau' | 'ended' | 'gone';

/** Clients give up after their window; a silence is seen to be longer only a little later. Milliseconds. */
const AFTER_WINDOW_MS = 2_000;

/** How long a server must be healthy after what was injected has ended: a median needs twenty requests. Milliseconds. */
const WELL_MS = 5_000;

/** A healthy server, and a canary, answer faster, also under emulation. Milliseconds. */
const FAST_MS = 500;

/** A server that was just relieved may take as long. Milliseconds. */
const RELIEVED_MS = 1_000;

/** A request that is due for less time may still be on its way, and a sample that is newer too. Milliseconds. */
const ON_ITS_WAY_MS = 1_000;

/**
 * memory.current of a cgroup in which nothing allocates: charges are made in batches of 64 pages a CPU (Linux,
 * MEMCG_CHARGE_BATCH), and a server that reads its program in again moves as much. 128 KB to 612 KB were seen in 20 s of
 * livelocks whose hog slept, 1,164 KB and more where one crawled on.
 */
const STILL_BYTES = 1024 * 1024;

/** A cgroup that has room waits for its memory for less than a thousandth of the time. */
const CALM_STALL_SHARE = 0.001;

/** Below this share of its memory the guest as a whole is in need, and its own OOM killer may come. */
const PLENTY_SHARE = 0.1;

/** So many of the samples since the injection began must be there: a shorter hold must not make a larger part of them missing. */
const SEEN_SHARE = 0.75;

/** Decides a hold, by what was seen so far; undefined while any outcome can still come. Cheap enough for each second. */
export function decideHold(hold: HoldSoFar): HoldDecision | undefined {
  const { now, windowMs, injectedT, load } = hold;
  // What a rising load does is not known before it is at its top.
  const from = Math.max(hold.from, injectedT + (load?.rampMs ?? 0));
  const passedMs = now - from;
  if (passedMs >= WELL_MS && hasAllEnded(hold, { from: now - WELL_MS, to: now })) return 'ended';
  if (passedMs < windowMs + AFTER_WINDOW_MS) return undefined;
  if (isGone(hold, { from: now - windowMs - AFTER_WINDOW_MS, to: now })) return 'gone';
  // A server that works may still come to its limits by its work.
  if (!load && isCalm(hold, { from, to: now })) return 'plateau';
  // Of a silence in a slow guest only what is longer by that is beyond doubt.
  const silentMs = windowMs * hold.slowness;
  return passedMs >= silentMs + AFTER_WINDOW_MS && isStuck(hold, { from: now - silentMs, to: now })
    ? 'livelock'
    : undefined;
}

/** Whether all injections have been over for the span, and all that are asked answer fast again. */
const hasAllEnded = (hold: HoldSoFar, span: Span): boolean =>
  samplesOnceOver(hold, span) !== null && serverAnswers(hold, span, RELIEVED_MS);

/** Whether all injections have been over for the span, the server's cgroup was not there, and all others answer fast. */
const isGone = (hold: HoldSoFar, span: Span): boolean =>
  samplesOnceOver(hold, span)?.every(({ cgroups }) => cgroups.server === undefined) ?? false;

/** The samples of a span in which all injections were over, nothing was counted and all but the server answered fast; else null. */
function samplesOnceOver(hold: HoldSoFar, span: Span): readonly EntryOf<'sample'>[] | null {
  const samples = samplesIn(hold, span);
  if (samples === null) return null;
  const areOver = samples.every(({ progress }) =>
    hold.injections.every((name) => progress[name] !== undefined && hasEnded(progress[name])),
  );
  const isQuiet = areOver && isMostlySeen(hold) && stand(samples, readEvents) && othersAnswer(hold, span, RELIEVED_MS);
  return isQuiet ? samples : null;
}

/** Whether the injections held at their targets all the time, and nothing was counted, stalled or answered late. */
function isCalm(hold: HoldSoFar, span: Span): boolean {
  const samples = samplesIn(hold, span);
  if (samples === null) return false;
  const areHolding = samples.every(({ progress }) =>
    hold.injections.every((name) => progress[name]?.state === 'holding'),
  );
  return (
    areHolding &&
    stand(samples, readEvents) &&
    rolesOf(samples).every((role) => stallShare(samples, role, span) < CALM_STALL_SHARE) &&
    serverAnswers(hold, span, FAST_MS) &&
    othersAnswer(hold, span, FAST_MS)
  );
}

/**
 * Whether the server has been silent for longer than the span, while the canary answered, the hog's size, memory.current
 * and the events of `max` stood still and there was memory left outside: a hog that crawls on would come to its limit in
 * the end, where the kernel kills.
 */
function isStuck(hold: HoldSoFar, span: Span): boolean {
  const samples = samplesIn(hold, span);
  const lastAnswer = entriesOfType(hold.entries, 'probe').findLast(({ ok }) => ok);
  if (samples === null || (lastAnswer?.t ?? 0) > span.from - AFTER_WINDOW_MS) return false;
  const lives = ({ progress }: EntryOf<'sample'>) =>
    hold.injections.every((name) => progress[name] !== undefined && !hasEnded(progress[name]));
  return (
    samples.every(lives) &&
    hold.injections.every((name) => stand(samples, ({ progress }) => [progress[name]?.value])) &&
    stand(samples, readLimitEvents) &&
    rolesOf(samples).every(
      (role) => spread(samples.map(({ cgroups }) => cgroups[role]?.current ?? 0)) <= STILL_BYTES,
    ) &&
    samples.every(
      ({ memAvailableBytes: left }) => left === undefined || left >= hold.guestMemoryBytes * PLENTY_SHARE,
    ) &&
    answerWell(entriesOfType(hold.entries, 'canary'), span, FAST_MS)
  );
}

/** The samples of a span; null where there were none for so long that something may have passed unseen. */
function samplesIn({ entries }: HoldSoFar, span: Span): readonly EntryOf<'sample'>[] | null {
  const samples = entriesOfType(entries, 'sample').filter(isIn(span));
  const times = [span.from, ...samples.map(({ t }) => t), span.to];
  const isSeen = times.every((t, index) => t - (times[index - 1] ?? t) <= ON_ITS_WAY_MS);
  return isSeen ? samples : null;
}

function isMostlySeen({ entries, injectedT, now, sampleIntervalMs }: HoldSoFar): boolean {
  const samples = entriesOfType(entries, 'sample').filter(isIn({ from: injectedT, to: now }));
  const seen = samples.reduce((count, { thinned = 0 }) => count + 1 + thinned, 0);
  return seen >= ((now - injectedT) / sampleIntervalMs) * SEEN_SHARE;
}

const rolesOf = (samples: readonly EntryOf<'sample'>[]): string[] => [
  ...new Set(samples.flatMap(({ cgroups }) => Object.keys(cgroups))),
];

/** Every count of memory.events, of every cgroup that is sampled. */
const readEvents = ({ cgroups }: EntryOf<'sample'>): readonly (number | undefined)[] =>
  Object.values(cgroups).flatMap(({ events }) => Object.values(events));

/** Those of the hard limit and its killer. */
const readLimitEvents = ({ cgroups }: EntryOf<'sample'>): readonly (number | undefined)[] =>
  Object.values(cgroups).flatMap(({ events }) => [events.max, events.oom, events.oom_kill]);

/** Whether figures are the same in all samples. */
function stand(
  samples: readonly EntryOf<'sample'>[],
  read: (sample: EntryOf<'sample'>) => readonly (number | undefined)[],
): boolean {
  const seen = new Set(samples.map((sample) => read(sample).join()));
  return seen.size === 1;
}

const spread = (values: readonly number[]): number => (largest(values) ?? 0) - (smallest(values) ?? 0);

/** For which share of the span some task of a cgroup waited for memory, or read something in again; 1 where it is not known. */
const stallShare = (samples: readonly EntryOf<'sample'>[], role: string, span: Span): number =>
  shareIn(
    counterOf(samples, ({ cgroups }) => cgroups[role]?.pressure?.some.totalUs),
    span,
  ) ?? 1;

/**
 * Whether the server gave a fast answer to each request of the span, and the session of a client is there: one that was dropped
 * comes back only after a pause of the client's own.
 */
function serverAnswers({ entries }: HoldSoFar, span: Span, withinMs: number): boolean {
  const session = entriesOfType(entries, 'session').at(-1);
  if (session && session.event !== 'connected' && session.event !== 'answered') return false;
  return answerWell(entriesOfType(entries, 'probe'), span, withinMs);
}

/** Whether the canary and every sidecar gave a fast answer to each request of the span. */
function othersAnswer({ entries }: HoldSoFar, span: Span, withinMs: number): boolean {
  const ofSidecars = entriesOfType(entries, 'sidecar');
  const units = [...new Set(ofSidecars.map(({ unit }) => unit))];
  const sidecars = units.map((unit) => ofSidecars.filter((request) => request.unit === unit));
  return [entriesOfType(entries, 'canary'), ...sidecars].every((requests) => answerWell(requests, span, withinMs));
}

/** The same of one of them; false where none was asked. */
function answerWell(requests: readonly Request[], { from, to }: Span, withinMs: number): boolean {
  const due = requests.filter(({ scheduledT }) => scheduledT >= from && scheduledT < to);
  const [first, last] = [smallest(due.map(({ id }) => id)), largest(due.map(({ id }) => id))];
  const times = [from, ...due.map(({ scheduledT }) => scheduledT).sort((a, b) => a - b), to];
  const isAsked = times.every((t, index) => t - (times[index - 1] ?? t) <= 2 * ON_ITS_WAY_MS);
  if (first === null || last === null || !isAsked) return false;
  // A request that still waits has no entry, and leaves a hole.
  return last - first + 1 === due.length && due.every(({ ok, t, scheduledT }) => ok && t - scheduledT <= withinMs);
}

type Request = Pick<EntryOf<'probe'>, 't' | 'id' | 'scheduledT' | 'ok'>;
