import { formatCount } from '../core/count.js';
import { OUTCOME_NAMES } from '../record/schema.js';
import type { Diagnosis } from './conclusion.js';

/** What one cgroup shows, or what was saved that is of none. */
export interface DiagnosedCgroup {
  readonly cgroup: string | undefined;
  readonly diagnosis: Diagnosis;
}

/** More cgroups are counted, and not described. */
const MAX_DESCRIBED = 8;

/**
 * Joins what cgroups show of which none is above the others: the outcomes and the numbers of the one that fared worst, a
 * sentence of each other that shows harm, and the names of those that show none.
 */
export function joinDiagnoses(all: readonly [DiagnosedCgroup, ...DiagnosedCgroup[]]): Diagnosis {
  if (all.length === 1) return all[0].diagnosis;
  const harmful = all
    .filter(({ diagnosis }) => diagnosis.outcomes.length > 0)
    .sort((one, other) => rank(one) - rank(other));
  const quiet = all.filter(({ diagnosis }) => diagnosis.outcomes.length === 0);
  const [worst = all[0], ...others] = harmful;
  const { reasons, ...rest } = worst.diagnosis;
  return {
    ...rest,
    enough: all.some(({ diagnosis }) => diagnosis.enough),
    reasons: [
      ...(harmful.length > 0 ? nameFirst(worst.cgroup, reasons) : []),
      ...describeEach(others),
      ...describeQuiet(quiet),
      // The first says that nothing shows; what follows is of the whole host.
      ...quiet.filter(({ cgroup }) => cgroup === undefined).flatMap(({ diagnosis }) => diagnosis.reasons.slice(1)),
    ],
  };
}

const rank = ({ diagnosis: { outcomes } }: DiagnosedCgroup): number =>
  Math.min(...outcomes.slice(0, 1).map((outcome) => OUTCOME_NAMES.indexOf(outcome)));

const placeOf = (cgroup: string | undefined): string =>
  cgroup === undefined ? 'Besides these cgroups' : `In ${cgroup}`;

const nameFirst = (cgroup: string | undefined, [first, ...more]: readonly string[]): string[] => [
  `${placeOf(cgroup)}: ${first ?? ''}`,
  ...more,
];

function describeEach(others: readonly DiagnosedCgroup[]): string[] {
  const lines = others
    .slice(0, MAX_DESCRIBED)
    .map(
      ({ cgroup, diagnosis: { outcomes, reasons } }) =>
        `${placeOf(cgroup)}, ${outcomes.join(' or ')}: ${reasons[0] ?? ''}`,
    );
  const more = others.length - lines.length;
  return more > 0 ? [...lines, `${formatCount(more)} more cgroups show harm.`] : lines;
}

function describeQuiet(quiet: readonly DiagnosedCgroup[]): string[] {
  const names = quiet.flatMap(({ cgroup }) => cgroup ?? []);
  if (names.length === 0) return [];
  const more = names.length - MAX_DESCRIBED;
  const list = names.slice(0, MAX_DESCRIBED).join(', ');
  return [`No harm shows in ${list}${more > 0 ? ` and ${formatCount(more)} more` : ''}.`];
}
