import { type Load, requestsIn } from '../record/load.js';
import type { Entry, EntryOf, Header } from '../record/schema.js';
import { entriesOfType, isIn, largest, middleValue, type Span } from './entries.js';
import type { Phases } from './phases.js';

/** What became of a load in one phase. Null where the record does not tell. */
export interface LoadOfPhase {
  /** Requests a second, on average: as asked for, and as sent. */
  readonly askedPerSecond: number;
  readonly sentPerSecond: number;
  /** Share with a full answer of the requests that ended in the phase, or could not be sent; percent. */
  readonly answeredPercent: number | null;
  /** The median of the medians of its seconds, and the largest 99th percentile of any of these; milliseconds. */
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
  /** CPU time of the generator on this host, percent of one CPU. */
  readonly generatorPercent: number | null;
  /** CPU time of the server's cgroup in the guest, percent of one CPU of the guest. */
  readonly serverPercent: number | null;
  /** The longest stall of the generator itself, milliseconds. */
  readonly stallMs: number | null;
  /** Whether fewer requests were sent than asked for, by more than a tenth. */
  readonly isBehind: boolean;
}

/** What became of the load of a drill. */
export interface LoadStudy {
  readonly load: Load;
  readonly baseline: LoadOfPhase | null;
  readonly hold: LoadOfPhase | null;
}

/** With fewer than nine tenths of its requests, a load is not the one that was asked for. */
const KEPT_SHARE = 0.9;

/** An entry tells of the second before it. */
const COVERED_MS = 1_000;

/** Studies the load; null where none was asked for. */
export function studyLoad(entries: readonly Entry[], phases: Phases, { load }: Pick<Header, 'load'>): LoadStudy | null {
  if (!load) return null;
  const measure = (span: Span | undefined) =>
    span && span.to > span.from ? measurePhase(entries, span, load, phases.injection?.from ?? span.to) : null;
  return { load, baseline: measure(phases.baseline), hold: measure(phases.hold) };
}

function measurePhase(entries: readonly Entry[], span: Span, load: Load, injectedT: number): LoadOfPhase {
  const reports = entriesOfType(entries, 'load').filter(isIn(span));
  const sum = (read: (report: EntryOf<'load'>) => number) => reports.reduce((total, each) => total + read(each), 0);
  // The first second of the phase may have begun before it, and its last is reported after it.
  const last = reports.at(-1)?.t ?? span.to;
  const first = reports[0] ? Math.max(0, reports[0].t - COVERED_MS) : span.from;
  const isCovered = reports.length > 0 && span.to - last <= 2 * COVERED_MS;
  const covered = isCovered ? { from: first, to: last } : span;
  const seconds = (covered.to - covered.from) / 1e3;
  const asked = requestsIn(load, { from: covered.from - injectedT, to: covered.to - injectedT });
  const [sent, answered] = [sum((each) => each.sent), sum((each) => each.answered)];
  const ended = answered + sum(({ failed, due, sent }) => failed + due - sent);
  return {
    askedPerSecond: asked / seconds,
    sentPerSecond: sent / seconds,
    answeredPercent: ended > 0 ? (100 * answered) / ended : null,
    p50Ms: middleValue(reports.flatMap(({ p50Ms }) => p50Ms ?? [])),
    p99Ms: largest(reports.flatMap(({ p99Ms }) => p99Ms ?? [])),
    generatorPercent: reports.length > 0 ? sum(({ cpuMs }) => cpuMs) / 10 / seconds : null,
    serverPercent: measureServer(entries, span),
    stallMs: largest(reports.map(({ loopStallMs }) => loopStallMs)),
    isBehind: sent < asked * KEPT_SHARE,
  };
}

/** CPU time of the server's cgroup between the first and the last sample of a span that know it; a new cgroup counts from zero. */
function measureServer(entries: readonly Entry[], span: Span): number | null {
  const known = entriesOfType(entries, 'sample')
    .filter(isIn(span))
    .flatMap(({ cgroups, guestMonotonicMs: t }) => {
      const cpuMs = cgroups.server?.cpuMs;
      return cpuMs === undefined ? [] : [{ cpuMs, t }];
    });
  const [first, last] = [known[0], known.at(-1)];
  if (!first || !last || last.t <= first.t) return null;
  const used = known.slice(1).reduce((sum, { cpuMs }, index) => {
    const before = known[index]?.cpuMs ?? 0;
    return sum + (cpuMs < before ? cpuMs : cpuMs - before);
  }, 0);
  return (100 * used) / (last.t - first.t);
}
