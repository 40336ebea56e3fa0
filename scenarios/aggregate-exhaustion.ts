import { beyondMax, defineScenario, hog, own } from '../harness/index.js';

export default await defineScenario(import.meta, {
  hypothesis:
    'Two runaways, each below its own cap, use up all memory of the host together; earlyoom kills a hog in time, and spares sshd and both web servers.',
  bundle: 'devvm',
  injections: [
    hog({ name: 'agent', comm: 'ugrep', target: own('13G') }),
    hog({ name: 'session', comm: 'rustc', target: beyondMax, place: { kind: 'session', user: 'bob' } }),
  ],
  expect: {
    outcomes: ['contained'],
    killed: 'some-injections',
    longestGapMs: 5_000,
    sidecarGapMs: 5_000,
    sameServer: true,
  },
});
