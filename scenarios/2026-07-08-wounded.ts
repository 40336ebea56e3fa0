import { whenRunAlone } from '../harness/campaign/alone.js';
import { type Scenario, USUAL_PHASES } from '../harness/drill/scenario.js';
import { hog } from '../harness/inject/memory-hog/hog.js';
import { beyondMax } from '../harness/inject/memory-hog/target.js';

const scenario: Scenario = {
  name: '2026-07-08-wounded',
  hypothesis:
    'A server that loses its listener after an OOM kill in its cgroup stays active and answers nobody, and the drill says so.',
  control: true,
  bundle: 'devvm',
  requires: ['cgroup-v2', 'psi'],
  suite: 'nightly',
  injections: [
    hog({ name: 'first', comm: 'runaway', target: beyondMax }),
    hog({ name: 'second', comm: 'runaway', target: beyondMax }),
  ],
  standIn: { losesListenerAfterOom: true },
  phases: { ...USUAL_PHASES, holdMs: 25_000 },
  expect: { outcomes: ['wounded'], killed: 'hog' },
};

export default scenario;
await whenRunAlone(import.meta.url, scenario);
