import { beyondMax, defineScenario, hog } from '../harness/index.js';

export default await defineScenario(import.meta, {
  hypothesis:
    "A runaway in a user's login session dies at the cap of the user's slice; the session, another shell of the user and the web server live on.",
  bundle: 'devvm',
  injections: [hog({ name: 'runaway', comm: 'ugrep', target: beyondMax, place: { kind: 'session', user: 'bob' } })],
  expect: { outcomes: ['contained'], killed: 'injections', longestGapMs: 5_000, sidecarGapMs: 5_000, sameServer: true },
});
