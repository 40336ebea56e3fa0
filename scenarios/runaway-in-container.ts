import { whenRunAlone } from '../harness/campaign/alone.js';
import { type Scenario, USUAL_PHASES } from '../harness/drill/scenario.js';
import { hog } from '../harness/inject/memory-hog/hog.js';
import { beyondMax } from '../harness/inject/memory-hog/target.js';

const scenario: Scenario = {
  name: 'runaway-in-container',
  hypothesis:
    "A runaway in a container dies at the cap of docker.slice; its container's first process, another container and the web server live on.",
  control: false,
  bundle: 'devvm',
  requires: ['cgroup-v2', 'psi'],
  suite: 'nightly',
  injections: [hog({ name: 'runaway', comm: 'runaway', target: beyondMax, place: { kind: 'container' } })],
  phases: { ...USUAL_PHASES, holdMs: 25_000 },
  expect: { outcomes: ['contained'], killed: 'hog', longestGapMs: 5_000, besideGapMs: 5_000, sameServer: true },
};

export default scenario;
await whenRunAlone(import.meta.url, scenario);
