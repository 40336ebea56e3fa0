import { groupBy } from '../core/group-by.js';
import { isBelow, prefixesOf } from './cgroup-path.js';
import type { CgroupEvidence, SavedEvidence } from './evidence.js';
import { joinLogs, saysKill } from './kernel-log.js';
import type { LoggedKill } from './killers/logged-kill.js';
import { readCgroup } from './saved-cgroup.js';

/** What was saved of a cgroup, and of those below it. */
type Tree = CgroupEvidence & Pick<SavedEvidence, 'below'>;
/** What was saved that is of no cgroup. */
type Around = Pick<SavedEvidence, 'hostPressure' | 'log' | 'quiet' | 'ignoredFiles' | 'unclear'>;

const NONE: Around = { hostPressure: [], log: joinLogs([]), quiet: undefined, ignoredFiles: [], unclear: [] };

/**
 * Gives one tree of cgroups all that was saved around it. Of several trees each gets the kernel's kills that name it,
 * and the rest is evidence of its own, without a cgroup.
 */
export function divide(trees: readonly [Tree, ...Tree[]], around: Around): SavedEvidence {
  const [top, ...others] = trees;
  if (others.length === 0) return { ...top, ...around, others: [] };
  const kills = groupBy(around.log.kills, findOwner(trees));
  const killsOf = (owner: Tree | undefined): readonly LoggedKill[] => kills.get(owner) ?? [];
  const evidenceOf = (tree: Tree): SavedEvidence => ({
    ...tree,
    ...NONE,
    log: { ...NONE.log, kills: killsOf(tree) },
    others: [],
  });
  const log = { ...around.log, kills: killsOf(undefined) };
  const isKillElsewhere = log.kills.length < around.log.kills.length;
  const quiet = around.quiet && { ...around.quiet, ...(isKillElsewhere && { hasKernelLines: undefined }) };
  const rest = { ...readCgroup(undefined, []), below: [], ...around, log, quiet, others: [] };
  return { ...evidenceOf(top), others: [...others.map(evidenceOf), ...(isEmpty(rest) ? [] : [rest])] };
}

/**
 * Finds the tree of a kill by the cgroups that the kernel names. Names from inside of a directory lack the beginning of
 * the path: there the last name decides, where only one tree has it.
 */
function findOwner(trees: readonly Tree[]): (kill: LoggedKill) => Tree | undefined {
  const byPath = new Map(trees.map((tree) => [tree.cgroup, tree]));
  const byName = groupBy(trees, ({ cgroup }) => cgroup?.split('/').at(-1));
  const ofPath = (path: string): Tree | undefined => {
    const whole = prefixesOf(path).find((above) => byPath.has(above));
    if (whole !== undefined) return byPath.get(whole);
    const named = path.split('/').flatMap((name): readonly Tree[] => {
      const trees = byName.get(name) ?? [];
      return trees.length === 1 ? trees : [];
    });
    return named.find(({ cgroup }) => isInside(path, cgroup));
  };
  return ({ memcg, victimCgroup }) => {
    for (const path of [memcg, victimCgroup]) {
      const tree = path === undefined ? undefined : ofPath(path);
      if (tree) return tree;
    }
    return undefined;
  };
}

const isInside = (path: string, cgroup = ''): boolean => isBelow(path, cgroup) || `${path}/`.includes(`/${cgroup}/`);

const isEmpty = ({ hostPressure, log, quiet, ignoredFiles, unclear }: Around): boolean =>
  hostPressure.length + ignoredFiles.length + unclear.length === 0 &&
  (quiet?.blocked ?? []).length === 0 &&
  quiet?.hasKernelLines === undefined &&
  !saysKill(log) &&
  !log.isCut &&
  !log.isHelpless &&
  log.groups.length + log.panics.length === 0;
