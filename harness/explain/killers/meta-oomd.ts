import type { Statement, StatementReader } from './statement.js';

/**
 * Kills of Meta's oomd: `oomd kill: PRESSURE PRESSURE PRESSURE CGROUP BYTES ruleset:[...] detectorgroup:[...]
 * killer:PLUGIN v2`, in the kernel's log and its own (oomd, src/oomd/plugins/BaseKillPlugin.cpp, logKill).
 */
const KILL = /\boomd kill: (?:[\d.]{1,12} ){3}(\S+) \d+ ruleset:\[([^\]]{0,200})\] .{0,300}?killer:(\(dry\))?/;

/** Kills of Meta's oomd: all processes of a cgroup. */
export const readMetaOomdLog: StatementReader = ({ lines }) =>
  lines.flatMap(({ text }): Statement[] => {
    const [whole, cgroup, ruleset, dry] = KILL.exec(text) ?? [];
    if (whole === undefined) return [];
    if (dry) return [{ shows: 'note', text: `oomd would have killed ${cgroup}, in a dry run (${ruleset}).` }];
    return [{ shows: 'killed-all', text: `oomd killed all of ${cgroup} (${ruleset}).` }];
  });
