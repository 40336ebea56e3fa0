import { defineScenario, hog, own } from '../harness/index.js';

/** The oom_score_adj of services of a user's manager and their children (systemd/systemd issue 38492). */
const USER_SERVICE = 200;

export default await defineScenario(import.meta, {
  hypothesis:
    "An earlyoom that prefers the agents' names kills small conversations, which their service manager has marked as expendable, and spares the runaway, whose name is a version number.",
  control: true,
  bundle: 'devvm-2026-08-16-earlyoom',
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
  expect: { outcomes: ['collateral-kill'], sameServer: true },
});
