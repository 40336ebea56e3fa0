import { defineScenario } from '../harness/campaign/define-scenario.js';
import { DEFAULT_PHASES } from '../harness/drill/scenario.js';
import { hog } from '../harness/inject/memory-hog/hog.js';
import { own } from '../harness/inject/memory-hog/target.js';

/** The oom_score_adj of services of a user's manager and their children (systemd/systemd issue 38492). */
const USER_SERVICE = 200;

export default await defineScenario(import.meta, {
  name: '2026-08-16-wrong-victim',
  hypothesis:
    "An earlyoom that prefers the agents' names kills small conversations, which their service manager has marked as expendable, and spares the runaway, whose name is a version number.",
  control: true,
  bundle: 'devvm-2026-08-16-earlyoom',
  requires: ['cgroup-v2', 'psi'],
  suite: 'nightly',
  bystanders: [1, 2, 3, 4, 5, 6].map((number) =>
    hog({
      name: `conversation-${number}`,
      comm: 'claude',
      target: own('500M'),
      oomScoreAdj: USER_SERVICE,
      place: { kind: 'session', user: 'bob' },
    }),
  ),
  injections: [
    hog({ name: 'balloon', comm: '2.1.232', target: own('18.7G') }),
    hog({ name: 'build', comm: 'rustc', target: own('7G'), rate: '400M', place: { kind: 'session', user: 'bob' } }),
  ],
  phases: { ...DEFAULT_PHASES, holdMs: 25_000 },
  expect: { outcomes: ['collateral-kill'], sameServer: true },
});
