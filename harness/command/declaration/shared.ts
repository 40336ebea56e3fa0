import { DEFAULT_WAIT_FOR_QUIET } from '../../campaign/wait-for-quiet.js';
import { anyOf } from '../../core/any-of.js';
import { DEFAULT_RATE } from '../../drill/probe-rate.js';
import { SUITES } from '../../drill/scenario.js';
import { DEFAULT_WATCHDOG } from '../../drill/watchdogs.js';
import { DEFAULT_GUEST, guestNames } from '../../machine/image/guests.js';
import { DEFAULT_OUT_DIR } from '../../record/folder.js';
import { STAND_INS } from '../../workload/stand-ins.js';
import { listFlag, switchFlag, valueFlag } from '../flag.js';
import { fileNames } from '../words.js';

/** Every command has it. */
export const jsonFlag = valueFlag('<file>', 'write the result as JSON to this file; - for standard output');

export const suiteNames = () => SUITES;

/** The bundle of the server that comes with oomdrill. */
export const OWN_BUNDLE = STAND_INS[0].bundle;

/** What a `<bundle>` may be. */
export const BUNDLE_ARGUMENT = `a directory with bundle.json and etc/, or the name of a bundle that comes with oomdrill, such as ${OWN_BUNDLE}`;

/** Flags of every command that drills. */
export const drillFlags = {
  guest: valueFlag('<name>', `Debian suite that the VM runs: ${anyOf(guestNames())}`, {
    default: DEFAULT_GUEST,
    words: guestNames,
  }),
  scale: valueFlag(
    '<divisor>',
    'divide every size of host and bundle by this, so that a large host fits into a small VM: auto for 1, 2, 4, 8 or 16, by the memory that is free on this machine, or a number from 1 to 64, such as 8, which may also be written as 1/8',
    { default: 'auto' },
  ),
  watchdog: valueFlag(
    '<model>',
    'how long clients wait for an answer before they reconnect; a longer silence is an outage: heartbeat-20s (20 s) or ping-15s (15 s)',
    { default: DEFAULT_WATCHDOG },
  ),
  rate: valueFlag(
    '<n>',
    'ask server and canary so many times a second, from 1 to 50: the longest gap is known the more exactly, and percentiles rest on more answers; each costs the guest CPU time, without KVM 0.2 % of one CPU for the canary alone, and more for the server',
    { default: String(DEFAULT_RATE) },
  ),
  load: valueFlag(
    '<rate>',
    'send honest requests in addition to the questions, so many a second, from 1 to 450, or 5..50 for a rate that rises within the first 10 s of the injection; from shortly before the baseline to the release, by a process of its own, to servers that are asked by HTTP or HTTPS; its cost is in the results',
  ),
  waitForQuiet: valueFlag(
    '<duration>',
    'how long the second try of a drill that this host spoiled waits, at most, until the host has been quiet for 10 s, such as 30min or 1h; 0 to drill again at once',
    { default: DEFAULT_WAIT_FOR_QUIET },
  ),
  fullHold: switchFlag(
    'hold for as long as the scenario says, also where nothing that may still happen can change the outcome',
  ),
  wayIn: switchFlag(
    "try every 5 s to log in through the guest's own sshd and to run systemctl status of the unit, and tell the longest time in which no one got in, and what the logins cost the guest",
  ),
  fromNothing: switchFlag(
    'start each drill from the guest just after its boot, and make and use no snapshots in which the server has settled',
  ),
  out: valueFlag('<dir>', 'directory for the records', { default: DEFAULT_OUT_DIR }),
} as const;

/** Options of every command that drills a campaign, of which a machine may do a part. */
export const partFlags = {
  shard: valueFlag(
    '<i/n>',
    'drill only part i of n, such as 1/3; all parts take about the same time, and `oomdrill merge` joins their results',
  ),
  speeds: valueFlag(
    '<list|dir>',
    'with --shard: how fast the machine of each part is, such as 1,0.5,1, so that a slow one gets less to do; `oomdrill merge` prints what it measured; or the directory of what all parts of an earlier campaign wrote with --json, which says how long each drill took as well; give all parts the same',
    { rule: { needs: 'shard' } },
  ),
  onlyMissing: listFlag(
    '<file|dir>',
    'drill only what has no result yet in these files, which earlier parts wrote with --json, or in the .json files of a directory; `oomdrill merge` joins old and new results',
    { words: fileNames },
  ),
};

/**
 * Hands a campaign to a cluster.
 *
 * @param excluded options of the command that its tasks cannot take
 */
export const submitFlag = (excluded: readonly string[] = []) =>
  valueFlag(
    '<engine>',
    'drill on a cluster: slurm submits a job array, a task for each of the n shards of --shard 1/n, and a job that submits once what is missing, and merges all; the files of results are written by that job',
    {
      words: () => ['slurm'],
      rule: {
        commandLineOnly: 'each task of the array would submit an array as well',
        excludes: (engine) => (engine === undefined ? [] : excluded),
      },
    },
  );

/** The store of results. @param purpose what it is used for, to complete its description */
export const storeFlag = (purpose: string) =>
  valueFlag('<file>', `store of results, a database of SQLite that \`oomdrill results\` asks ${purpose}`, {
    words: fileNames,
  });

/** Flag of commands that read earlier results and drill nothing. */
export const pastOutFlag = valueFlag(
  '<dir>',
  'directory of the records, where --history and --baseline are by default',
  {
    default: DEFAULT_OUT_DIR,
  },
);

/** Scenarios of the user's own. */
export const scenariosFlag = listFlag(
  '<dir|oomdrill>',
  'directories of scenarios of your own, in place of those that come with oomdrill, for which the word oomdrill stands',
);

/** Exit status of commands that compare outcomes with what scenarios expect. */
export const VERDICT_STATUS = {
  0: 'every drill ended as its scenario expects',
  1: 'a claim failed: a drill ended in another outcome, or missed a bound',
  2: 'nothing was proved: a drill was inconclusive, or there was an error of the machine or the network, or while a file was read or written',
} as const;

/**
 * Earlier results, which new ones are compared with.
 *
 * @param purpose what the file of results is used for, to complete its description
 */
export const pastFlags = (purpose: string) => ({
  history: valueFlag(
    '<file>',
    `results of earlier runs, ${purpose}; any other kind of file is refused (default: history.jsonl in --out)`,
  ),
  baseline: valueFlag('<file>', 'accepted results, which `oomdrill accept` writes (default: baseline.json in --out)'),
});
