import type { Entry, EntryOf, Header } from '../../record/schema.js';
import { entriesOfType, isIn, middleValue, type Span, watchedUntil } from '../entries.js';
import { guestSlownessOf } from '../guest-slowness.js';
import { type Phases, stressWindow } from '../phases.js';
import { createPaceMeter } from './canary-pace.js';
import { createGuestMeter, type GuestPressure } from './guest-pressure.js';
import { createHostLoadMeter, type HostLoad } from './host-load.js';
import { findSilences, lengthOf, overlapMs } from './silences.js';

/** What was seen in one span of a drill, by which a silence in it gets its cause. Nothing in it is judged. */
export interface SpanEvidence extends Span {
  readonly ms: number;
  /** For how much of it the canary gave no answer, milliseconds; null without a canary. */
  readonly canarySilentMs: number | null;
  /** How much longer than its fastest the canary took for an answer, as a factor; null where that is unknown. */
  readonly canarySlowness: number | null;
  /** How many times as slow as usual the guest was before the server started; 1 for any faster one, and where it was not measured. */
  readonly guestSlowness: number;
  readonly guest: GuestPressure;
  readonly host: HostLoad;
}

/** The silences of a drill with what was seen in each, and what its canary was like. The longest silence comes first. */
export interface Attribution {
  /** Silences of the server that overlap the stress window. */
  readonly server: readonly SpanEvidence[];
  /** The same of each sidecar, by its unit. */
  readonly sidecars: Readonly<Record<string, readonly SpanEvidence[]>>;
  /** Times without a successful login through the guest's own sshd that overlap the stress window. */
  readonly logins: readonly SpanEvidence[];
  /** Silences of the server that overlap the baseline. */
  readonly baseline: readonly SpanEvidence[];
  /** From the release to the first answer to a request that was due after it, or to the end; null without a release. */
  readonly recovery: SpanEvidence | null;
  /** The same from the start of a live repair, until its end at most. */
  readonly repair: SpanEvidence | null;
  /** From the last answer, or the first of the last five requests that got none, to the end of the record. */
  readonly end: SpanEvidence | null;
  /** The whole hold. */
  readonly hold: SpanEvidence | null;
  /** Null where the drill had none. */
  readonly canary: CanaryStudy | null;
}

/** How the canary fared. Milliseconds; null where the record does not show it. */
interface CanaryStudy {
  /** Its longest silence that overlaps the stress window. */
  readonly longestGapMs: number | null;
  /** Median time to its answer during the hold; null also where most of its requests got none. */
  readonly holdMedianMs: number | null;
}

/** Answers that come this much later than the schedule do not count as silence: requests to a healthy guest wait as long at times. */
const MAX_LATE_MS = 300;

/** Sidecars are asked once a second. */
const SIDECAR_FLOOR_MS = 1_500;

/** A login is tried every 5 s, and takes a healthy guest without KVM two. */
const LOGIN_FLOOR_MS = 7_500;

/** Of the shorter silences of a drill nothing depends on. */
const MAX_STUDIED = 100;

type Answer = Pick<EntryOf<'probe'>, 't' | 'scheduledT'>;

/** Finds the silences of a drill, and what was seen in each. */
export function studyAttribution(
  entries: readonly Entry[],
  phases: Phases,
  { probe }: Pick<Header, 'probe'>,
): Attribution {
  const end = watchedUntil(entries);
  const window = stressWindow(phases);
  const floorMs = probe.intervalMs + MAX_LATE_MS;
  const asked = entriesOfType(entries, 'canary');
  const canary = asked.length === 0 ? null : answersOf(asked);
  const whole = { from: 0, to: end };
  const canarySilences = canary === null ? [] : findSilences(canary, whole, end, floorMs);
  const paceIn = createPaceMeter(asked);
  const guestIn = createGuestMeter(entries);
  const hostIn = createHostLoadMeter(entries);
  const guestSlowness = guestSlownessOf(entries);
  const examine = (span: Span, role: string | null): SpanEvidence => ({
    ...span,
    ms: lengthOf(span),
    canarySilentMs: canary === null ? null : overlapMs(span, canarySilences),
    canarySlowness: paceIn(span),
    guestSlowness,
    guest: guestIn(span, role),
    host: hostIn(span),
  });
  const examineAll = (answers: readonly Answer[], span: Span | undefined, floor: number, role: string | null) => {
    const found = span === undefined ? [] : findSilences(answers, span, end, floor);
    return found.slice(0, MAX_STUDIED).map((silence) => examine(silence, role));
  };
  const probes = entriesOfType(entries, 'probe');
  const logins = entriesOfType(entries, 'login');
  const answers = answersOf(probes);
  // Without a request nothing is known of the server's silences.
  const examineServer = (span: Span | undefined) =>
    probes.length === 0 ? [] : examineAll(answers, span, floorMs, 'server');
  const { hold, release, repair, baseline } = phases;
  const delay = (from: number | undefined, to: number) => {
    // Watching may have ended before.
    if (from === undefined || from > end) return null;
    const first = answers.find(({ t, scheduledT }) => scheduledT >= from && t < to);
    return examine({ from, to: first?.t ?? Math.min(to, end) }, 'server');
  };
  return {
    server: examineServer(window),
    sidecars: examineSidecars(entries, (sidecar) => examineAll(sidecar, window, SIDECAR_FLOOR_MS, null)),
    // A login's own session is in none of the cgroups that are sampled.
    logins: logins.length === 0 ? [] : examineAll(answersOf(logins), window, LOGIN_FLOOR_MS, null),
    baseline: examineServer(baseline),
    recovery: delay(release?.to, Number.POSITIVE_INFINITY),
    repair: delay(repair?.from, repair?.to ?? end),
    end:
      end > 0
        ? examine({ from: Math.min(answers.at(-1)?.t ?? 0, findLastMiss(probes) ?? end), to: end }, 'server')
        : null,
    hold: hold ? examine(hold, 'server') : null,
    canary: canary && {
      longestGapMs: window
        ? Math.max(0, ...canarySilences.filter((one) => overlapMs(one, [window]) > 0).map(lengthOf))
        : null,
      holdMedianMs: hold ? medianWait(asked.filter(({ scheduledT }) => isIn(hold)({ t: scheduledT }))) : null,
    },
  };
}

const answersOf = (requests: readonly (Answer & { readonly ok: boolean })[]): Answer[] =>
  requests.filter(({ ok }) => ok).sort((a, b) => a.t - b.t);

/** When the first unanswered one of the last five requests was due. */
const findLastMiss = (probes: readonly EntryOf<'probe'>[]): number | undefined =>
  probes
    .toSorted((a, b) => a.scheduledT - b.scheduledT)
    .slice(-5)
    .find(({ ok }) => !ok)?.scheduledT;

function examineSidecars(
  entries: readonly Entry[],
  examine: (answers: readonly Answer[]) => readonly SpanEvidence[],
): Record<string, readonly SpanEvidence[]> {
  const requests = entriesOfType(entries, 'sidecar');
  const units = [...new Set(requests.map(({ unit }) => unit))];
  return Object.fromEntries(
    units.map((unit) => [unit, examine(answersOf(requests.filter((request) => request.unit === unit)))]),
  );
}

function medianWait(asked: readonly EntryOf<'canary'>[]): number | null {
  const median = middleValue(asked.map(({ ok, t, scheduledT }) => (ok ? t - scheduledT : Number.POSITIVE_INFINITY)));
  return median !== null && Number.isFinite(median) ? median : null;
}
