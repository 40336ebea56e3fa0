import type { Outcome } from '../record/schema.js';
import { drilledName, type KernelChange, type RunSummary } from '../verdict/summary.js';
import type { Baseline } from './baseline.js';
import type { Point } from './series.js';

/** So many of the last drills on the kernel before must have had one outcome, as far as there are as many. */
const MAX_BEFORE = 5;

/** What is known of one drill's kernel and outcome. */
type Decided<T> = T & { readonly kernel: string; readonly outcome: Outcome };

/** Whether a drill says how it came out, and on which kernel. */
function isDecided<T extends Pick<Point, 'kernel' | 'outcome'>>(drill: T): drill is Decided<T> {
  return drill.kernel !== undefined && drill.outcome !== null && drill.outcome !== 'inconclusive';
}

/**
 * Finds out whether the outcome of a night is another one since the guest has another kernel: all drills on tonight's kernel had it,
 * and the last ones on the kernel before had one other. An outcome that came and went on one kernel is not the kernel's doing.
 *
 * @param points the nights before, the oldest first
 * @param accepted the accepted state; one of tonight's outcome that is newer than the other kernel is known
 */
export function findKernelChange(
  tonight: Point,
  points: readonly Point[],
  accepted?: Baseline['accepted'][string],
): KernelChange | undefined {
  if (!isDecided(tonight)) return undefined;
  const decided = points.filter(isDecided);
  const onTonights = decided.filter(({ kernel }) => kernel === tonight.kernel);
  const last = decided.findLast(({ kernel }) => kernel !== tonight.kernel);
  if (!last || onTonights.some(({ outcome }) => outcome !== tonight.outcome)) return undefined;
  const before = decided.filter(({ kernel }) => kernel === last.kernel).slice(-MAX_BEFORE);
  const isKnown = accepted?.outcome === tonight.outcome && Date.parse(accepted.acceptedAt) > Date.parse(last.at);
  if (isKnown || last.outcome === tonight.outcome || before.some(({ outcome }) => outcome !== last.outcome))
    return undefined;
  return { kernel: last.kernel, outcome: last.outcome };
}

/**
 * The same between the guests of one run: the newest of the older kernels, if all its drills had one outcome, and all on this kernel
 * another.
 *
 * @param runs all drills of the run
 */
export function findKernelDifference(run: RunSummary, runs: readonly RunSummary[]): KernelChange | undefined {
  if (!isDecided(run)) return undefined;
  const alike = runs.filter(isDecided).filter((other) => isSameDrill(other, run));
  const older = alike
    .filter(({ guest, kernel }) => guest !== run.guest && compareReleases(kernel, run.kernel) < 0)
    .toSorted((a, b) => compareReleases(a.kernel, b.kernel))
    .at(-1);
  if (!older || older.outcome === run.outcome) return undefined;
  const { guest, kernel, outcome } = older;
  const isOne = (name: string, wanted: Outcome) =>
    alike.every((other) => other.guest !== name || other.outcome === wanted);
  return isOne(guest, outcome) && isOne(run.guest, run.outcome) ? { kernel, outcome, guest } : undefined;
}

const isSameDrill = (one: RunSummary, other: RunSummary): boolean =>
  drilledName(one) === drilledName(other) &&
  one.machine === other.machine &&
  one.accelerator === other.accelerator &&
  one.scale === other.scale;

/** Below 0 where the first release of a kernel is the older one: by its numbers, of which the first three are its version. */
export function compareReleases(one: string, other: string): number {
  const [a, b] = [one, other].map((release) => (release.match(/\d+/g) ?? []).slice(0, 3).map(Number));
  for (let index = 0; index < 3; index++) {
    const difference = (a?.[index] ?? 0) - (b?.[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
