import type { Statement, StatementReader } from './statement.js';

/**
 * Kills of Meta's oomd: `oomd kill: PRESSURE PRESSURE PRESSURE CGROUP BYTES ruleset:[...] detectorgroup:[...]
 * killer:PLUGIN v2`, in the kernel's log and its own (oomd, src/oomd/plugins/BaseKillPlugin.cpp, logKill).
 */
const KILL = /\boomd kill: (?:[\d.]{1,12} ){3}(\S+) \d+ ruleset:\[([^\]]{0,200})\] .{0,300}?killer:(\(dry\))?/;

/** In its own log alone: that it begins (BaseKillPlugin.cpp, tryToKillCgroup), or would. */
const TRY = /(?:\bBaseKillPlugin\.cpp:\d+\] |^)(OOMD: In dry-run mode; would have tried|Trying) to kill (\S{1,400})/;

/** Kills of Meta's oomd: all processes of a cgroup. */
export const readMetaOomdLog: StatementReader = ({ lines }) => {
  const statements = new Map<string, Statement>();
  for (const { text } of lines) {
    const [whole, killed, ruleset, dry] = KILL.exec(text) ?? [];
    const [, mode, tried] = TRY.exec(text) ?? [];
    const cgroup = (killed ?? tried)?.replace(/^\/sys\/fs\/cgroup\//, '');
    if (cgroup === undefined) continue;
    const why = whole === undefined ? '' : ` (${ruleset})`;
    if (dry || mode?.startsWith('OOMD')) statements.set(cgroup, notKilled(cgroup, why));
    else if (whole !== undefined || !statements.has(cgroup))
      statements.set(cgroup, { shows: 'killed-all', text: `oomd killed all of ${cgroup}${why}.` });
  }
  return [...statements.values()];
};

const notKilled = (cgroup: string, why: string): Statement => ({
  shows: 'note',
  text: `oomd would have killed ${cgroup}, in a dry run${why}.`,
});
