import { isBelow } from './cgroup-path.js';
import type { Explanation } from './conclusion.js';
import type { CgroupEvidence, SavedEvidence } from './evidence.js';
import { countFacts, type Facts } from './facts.js';

type Conclude = (evidence: SavedEvidence, facts: Facts) => Explanation | undefined;

/**
 * What one of the cgroups below shows, with its name: the deepest one first, whose numbers are of the fewest tasks. One
 * that names a limit of its own goes before one that does not.
 */
export function findBelow(evidence: SavedEvidence, conclude: Conclude): Explanation | undefined {
  const found = [...evidence.below].reverse().flatMap((each) => {
    const own = { ...evidence, ...each, below: cgroupsBelow(evidence.below, each) };
    const facts = countFacts(own, own.below);
    const conclusion = facts.kills === 0 || facts.kills === undefined ? conclude(own, facts) : undefined;
    return conclusion ? [nameIt(conclusion, each)] : [];
  });
  return found.find(({ outcomes }) => outcomes[0] === 'livelocked') ?? found[0];
}

/** The cgroups of a list that are below one. */
const cgroupsBelow = (all: readonly CgroupEvidence[], { cgroup }: CgroupEvidence): CgroupEvidence[] =>
  all.filter((each) => cgroup !== undefined && each.cgroup !== undefined && isBelow(each.cgroup, cgroup));

const nameIt = (conclusion: Explanation, { cgroup }: CgroupEvidence): Explanation => ({
  ...conclusion,
  reasons: conclusion.reasons.map((reason) => `In ${cgroup ?? 'a cgroup below'}: ${reason}`),
});
