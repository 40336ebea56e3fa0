import { readdirSync, readFileSync } from 'node:fs';
import t from 'tap';
import { diagnose } from './diagnose.js';
import { readEvidence } from './evidence.js';
import type { Saved } from './parts.js';

const CASES = new URL('../../fixtures/cases/', import.meta.url);

const filesOf = (folder: string): Saved[] =>
  readdirSync(new URL(`${folder}/`, CASES)).map((name) => fileOf(`${folder}/${name}`));
const fileOf = (path: string): Saved => ({
  name: path,
  text: readFileSync(new URL(path, CASES), 'utf8').replaceAll('\r\n', '\n'),
});

interface Answer {
  readonly outcomes: readonly string[];
  readonly enough?: boolean;
  readonly scenario?: string | null;
  /** What its sentences must say. */
  readonly says: readonly RegExp[];
  /** What they must not, because it cannot be known. */
  readonly never?: readonly RegExp[];
}

const THROTTLE = '2026-07-02-throttle-livelock';

/** What people posted, by the folder in fixtures/cases, and the right answer. */
const ANSWERS: Readonly<Record<string, Answer>> = {
  // containerd/containerd#6735: killed, and its own limit was never reached.
  '08-containerd-6735': {
    outcomes: ['collateral-kill', 'escaped'],
    scenario: null,
    says: [/3 oom_kill, but 0 oom: not for its own limit.*above it/, /cgroups above it/],
    never: [/killed a task of this cgroup at its limit/],
  },
  // canonical/lxd#13147: memory.high at nine tenths.
  '09-lxd-13147': { outcomes: ['livelocked'], scenario: THROTTLE, says: [/Above memory\.high/] },
  // kubernetes/kubernetes#114142, cgroup v1.
  '10-k8s-114142': {
    outcomes: ['contained', 'unit-stopped', 'collateral-kill'],
    says: [/cgroup v1/, /6 oom_kill/, /failcnt 8,821/, /478M of 500M/],
  },
  // containerd/cgroups#391: Linux before 5.9 has one key for all refaults.
  '11-cgroups-391': {
    outcomes: ['livelocked'],
    scenario: null,
    says: [/The brim/, /4,211,922 refaults/],
    never: [/ 0 refaults/],
  },
  '12-psi-some': {
    outcomes: ['livelocked', 'degraded'],
    says: [/92\.15 %.*unknown/, /PSI full is unknown/],
    never: [/no harm/, /full: up to 0/],
  },
  '12b-psi-full': {
    outcomes: ['livelocked', 'escaped'],
    says: [/All tasks stand still.*unknown: memory\.events is missing/, /79\.9 %/],
  },
  // moby/moby#49801: `grep -H`.
  '13-moby-49801': { outcomes: ['livelocked'], scenario: null, says: [/The brim.*296K below/, /266,102 refaults/] },
  '22-tail-all': { outcomes: ['livelocked'], scenario: THROTTLE, says: [/48,211 high/, /79\.9 %/, /memory\.max 1G/] },
  '22b-cat-two': { outcomes: ['livelocked'], scenario: THROTTLE, says: [/48,211 high/, /79\.9 %/] },
  '22c-cat-events-swap': {
    outcomes: ['livelocked', 'degraded', 'contained'],
    says: [/48,211 high/, /unknown: memory\.pressure is missing/, /Ignored: memory\.swap\.events/],
    never: [/no harm/, /no standstill/],
  },
  // lyfuci/ai-terminal-manager#35: a third over memory.high, and no PSI.
  '23-atm-35': {
    outcomes: ['livelocked', 'degraded'],
    says: [/29 % over memory\.high/, /memory\.pressure is missing/, /Save memory\.pressure/],
    never: [/no standstill/],
  },
  // coreos/coreos-vagrant#222.
  '26-coreos-vagrant-222': {
    outcomes: ['livelocked', 'starved'],
    enough: true,
    says: [/hhvm \(PID 1577\) for more than 120 s and 1 more/, /open/],
    never: [/could not show harm/],
  },
  '27-attribution': {
    outcomes: ['livelocked'],
    scenario: null,
    says: [/The brim/, /391,021 max/],
    never: [/Above memory\.high/],
  },
  // lxc/lxc#4122: memory.stat of cgroup v1.
  '27b-lxc-4122-v1': { outcomes: [], enough: false, says: [/cgroup v1/, /1023M of 1G/, /memory\.failcnt/] },
  // containerd/cgroups#274: a container was killed as a whole, and its pod was not.
  '66-group-kill-hier': {
    outcomes: ['collateral-kill', 'contained'],
    says: [/a whole cgroup below this one/, /memory\.oom\.group is 0/, /memory\.events\.local/],
    never: [/including the server/],
  },
};

for (const [folder, answer] of Object.entries(ANSWERS))
  t.test(folder, async (t) => {
    const { outcomes, enough, scenario, reasons, next } = diagnose(readEvidence(filesOf(folder)));
    const words = [...reasons, next].join('\n');
    t.same(outcomes, answer.outcomes);
    t.equal(enough, answer.enough ?? true);
    if (answer.scenario !== undefined) t.equal(scenario, answer.scenario);
    for (const said of answer.says) t.match(words, said);
    for (const never of answer.never ?? []) t.notMatch(words, never);
  });

t.test('a quiet log in every form next to the numbers of a livelock', async (t) => {
  const quiet = readdirSync(new URL('21-log-forms/', CASES)).filter(
    (name) => name.endsWith('.txt') && name !== 'headtail.txt',
  );
  t.equal(quiet.length, 14);
  for (const name of quiet) {
    const files = [...filesOf('09-lxd-13147'), { ...fileOf(`21-log-forms/${name}`), name: '-' }];
    t.match(diagnose(readEvidence(files)), { outcomes: ['livelocked'], enough: true }, name);
    const alone = diagnose(readEvidence([fileOf(`21-log-forms/${name}`)]));
    t.match(alone, { outcomes: [], enough: false }, name);
    t.notMatch(alone.reasons.join('\n'), /no kill is/, name);
  }
});

t.test('headers of head, and line ends of Windows', async (t) => {
  const head = diagnose(readEvidence([fileOf('21-log-forms/headtail.txt')]));
  t.match(head.reasons.join('\n'), /5 high, 0 max, 2 oom_kill[\s\S]*PSI full: up to 0 %/);
  const windows = diagnose(readEvidence([fileOf('21-log-forms/memory.events.crlf')]));
  t.match(windows.reasons.join('\n'), /5 high, 0 max, 2 oom_kill/);
});
