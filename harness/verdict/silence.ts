import type { Header } from '../record/schema.js';
import type { SpanEvidence } from '../study/attribution/attribution.js';
import { BOUNDS } from './bounds.js';
import { type Cause, findCauses, hostShare, isHostDiskBusy, isOfTheHost } from './causes.js';

/** A silence, weighed: whose it was, and how long it was without what the host and the canary had to do with it. */
export interface Silence {
  readonly span: SpanEvidence;
  /** The most important first. */
  readonly causes: readonly Cause[];
  /** Whether the canary was silent for at least half of it. */
  readonly isShared: boolean;
  /** Its length without the canary's own silence; 0 if it is shared. Milliseconds. */
  readonly ownMs: number;
  /**
   * The part of that which would have been there on an undisturbed host of usual speed: the sleep of throttled tasks in full,
   * the rest by the share of its CPUs that the guest could have, and by its speed. Milliseconds.
   */
  readonly leastMs: number;
  /** Whether it has to do with memory, or with CPU, disk or tasks inside of the guest while the canary answered. */
  readonly isReal: boolean;
}

/** What a silence says about a bound: that it holds, that it is missed, or nothing. */
export type BoundState = 'held' | 'missed' | 'open';

/** Weighs a silence. In a record without a canary the whole of it counts. */
export function weighSilence(span: SpanEvidence, header: Header): Silence {
  const causes = findCauses(span, header);
  const { canarySilentMs, ms } = span;
  const isBox = causes.includes('box-memory');
  const isShared = !isBox && canarySilentMs !== null && ms > 0 && canarySilentMs >= ms * BOUNDS.sharedShare;
  const ownMs = isShared ? 0 : isBox ? ms : Math.max(0, ms - (canarySilentMs ?? 0));
  return {
    span,
    causes,
    isShared,
    ownMs,
    leastMs: isBox ? ms : weighHost({ span, causes, ownMs }, header),
    isReal: isBox || causes.includes('memory') || isStarved({ span, causes, isShared }),
  };
}

/** What a weighed silence says about a bound on its length. */
export function compareSilence({ ownMs, leastMs, isReal }: Silence, boundMs: number): BoundState {
  if (ownMs <= boundMs) return 'held';
  return isReal && leastMs > boundMs ? 'missed' : 'open';
}

/** Whether a silence is a matter of CPU, disk or tasks inside of the guest: only a canary that answered can tell. */
function isStarved({ span, causes, isShared }: Pick<Silence, 'span' | 'causes' | 'isShared'>): boolean {
  if (span.canarySilentMs === null || isShared) return false;
  // No host is so busy that a process is refused for it.
  if (causes[0] === 'tasks') return true;
  const { cpu, disk } = span.guest.cgroup;
  const isWaiting = Math.max(cpu.some ?? 0, disk.some ?? 0) >= BOUNDS.waitingShare;
  return isWaiting && !isHostDiskBusy(span) && !causes.some((cause) => STRONGER.has(cause));
}

const STRONGER: ReadonlySet<Cause> = new Set<Cause>(['memory', 'box-memory', 'host', 'stopped', 'harness']);

/** Whether a quieter night may change what a silence says. */
export const isHostsDoing = ({ causes, isShared, leastMs, ownMs }: Silence): boolean =>
  isShared || leastMs < ownMs || causes.some(isOfTheHost);

/** Whether the guest is clearly slower than those in which the bounds were found. */
export const isSlowGuest = ({ guestSlowness }: SpanEvidence): boolean => guestSlowness >= BOUNDS.slowGuest;

/** The share of a CPU that the canary had, by how slowly it answered; 1 while it is within what an idle host shows. */
const paceShare = ({ canarySlowness }: SpanEvidence): number =>
  canarySlowness === null || canarySlowness < BOUNDS.slowCanary ? 1 : BOUNDS.typicalCanary / canarySlowness;

/**
 * A host that is busy or slow stretches what is work, reclaim included, and not the sleep of a task that is throttled above
 * memory.high. Where no load of the host is seen, as of one that is itself held back, the canary's pace tells of it; and where
 * all of the drill was slow, the speed of the guest.
 */
function weighHost({ span, causes, ownMs }: Pick<Silence, 'span' | 'causes' | 'ownMs'>, header: Header): number {
  // Without a canary a busy host spoils the whole drill; and what is refused is refused on however busy a host.
  if (span.canarySilentMs === null || causes[0] === 'tasks') return ownMs;
  const free = Math.min(hostShare(span, header), paceShare(span));
  const share = (free >= BOUNDS.quietShare ? 1 : free) / (isSlowGuest(span) ? span.guestSlowness : 1);
  if (share === 1) return ownMs;
  const { memory, highEvents } = span.guest.cgroup;
  const sleptMs = highEvents === null || highEvents === 0 ? 0 : Math.min(ownMs, (memory.some ?? 0) * span.ms);
  return sleptMs + (ownMs - sleptMs) * share;
}
