import { beyondMax, defineScenario, hog } from '../harness/index.js';

export default await defineScenario(import.meta, {
  hypothesis:
    "Two runaways, one after the other, are both killed, and a client's session survives both and the minute after.",
  bundle: 'devvm',
  injections: [
    hog({ name: 'first', comm: 'runaway', target: beyondMax }),
    hog({ name: 'second', comm: 'runaway', target: beyondMax }),
  ],
  phases: { holdMs: 60_000 },
  expect: { outcomes: ['contained'], killed: 'injections', longestGapMs: 5_000, sidecarGapMs: 5_000, sameServer: true },
});
