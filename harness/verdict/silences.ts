import type { Header } from '../record/schema.js';
import { windowMs } from '../record/watchdog.js';
import type { Study } from '../study/study.js';
import { BOUNDS } from './bounds.js';
import { compareSilence, type Silence, weighSilence } from './silence.js';

/** The longest silence that a scenario allows, milliseconds. */
export const allowedGapMs = (header: Header): number => header.scenario.expect.longestGapMs ?? BOUNDS.degradedGapMs;

/** The silences of the server that are longer than allowed as they were measured, weighed. The longest first. */
export function weighServerSilences({ attribution }: Study, header: Header): readonly Silence[] {
  return attribution.server.filter(({ ms }) => ms > allowedGapMs(header)).map((span) => weighSilence(span, header));
}

/** What the silences of the server mean. */
export interface ServerSilences {
  /** Longer than allowed, and for want of memory of the cgroup. */
  readonly memory: readonly Silence[];
  /** Longer than allowed, and for want of memory of the whole guest. */
  readonly box: readonly Silence[];
  /** Longer than allowed, and for want of CPU or disk inside of the guest. */
  readonly starved: readonly Silence[];
  /** Those that may or may not be longer than allowed by the cgroup's doing. */
  readonly open: readonly Silence[];
}

export function sortServerSilences(study: Study, header: Header): ServerSilences {
  const all = weighServerSilences(study, header);
  const allowed = allowedGapMs(header);
  const missed = all.filter((one) => compareSilence(one, allowed) === 'missed');
  const has = (cause: Silence['causes'][number]) => (one: Silence) => one.causes.includes(cause);
  return {
    memory: missed.filter(has('memory')),
    box: missed.filter(has('box-memory')),
    starved: missed.filter((one) => !has('memory')(one) && !has('box-memory')(one)),
    open: all.filter((one) => compareSilence(one, allowed) === 'open'),
  };
}

/** The longest silence for want of memory that is as long as clients wait; `isSure` unless the host may have stretched it. */
export function findWatchdogSilence(study: Study, header: Header): { silence: Silence; isSure: boolean } | undefined {
  const window = windowMs(header.watchdog);
  const long = study.attribution.server
    .filter(({ ms }) => ms >= window)
    .map((span) => weighSilence(span, header))
    .filter(({ causes, ownMs }) => causes.includes('memory') && ownMs >= window);
  const sure = long.find(({ leastMs }) => leastMs >= window);
  const silence = sure ?? long[0];
  return silence && { silence, isSure: sure !== undefined };
}
