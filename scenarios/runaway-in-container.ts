import { beyondMax, defineScenario, hog } from '../harness/index.js';

export default await defineScenario(import.meta, {
  hypothesis:
    "A runaway in a container dies at the cap of docker.slice; its container's first process, another container and the web server live on.",
  bundle: 'devvm',
  injections: [hog({ comm: 'runaway', target: beyondMax, place: { kind: 'container' } })],
  expect: { outcomes: ['contained'], killed: 'injections', longestGapMs: 5_000, sidecarGapMs: 5_000, sameServer: true },
});
