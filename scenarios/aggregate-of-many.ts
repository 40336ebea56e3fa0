import { defineScenario, hog, own } from '../harness/index.js';

export default await defineScenario(import.meta, {
  hypothesis:
    "Two builds of four tasks each, all below their caps and none much larger than a server's share, use up all memory of the host together; earlyoom kills some of the tasks in time, and spares sshd and both web servers.",
  bundle: 'devvm',
  injections: [
    hog({ name: 'agent', comm: 'cc1plus', target: own('13G'), tasks: 4 }),
    hog({ name: 'session', comm: 'rustc', target: own('13G'), tasks: 4, place: { kind: 'session', user: 'bob' } }),
  ],
  expect: {
    outcomes: ['contained'],
    killed: 'some-injections',
    longestGapMs: 5_000,
    sidecarGapMs: 5_000,
    sameServer: true,
  },
});
