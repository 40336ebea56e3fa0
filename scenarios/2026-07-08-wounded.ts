import { defineScenario } from '../harness/campaign/define-scenario.js';
import { DEFAULT_PHASES } from '../harness/drill/scenario.js';
import { hog } from '../harness/inject/memory-hog/hog.js';
import { beyondMax } from '../harness/inject/memory-hog/target.js';

export default await defineScenario(import.meta, {
  name: '2026-07-08-wounded',
  hypothesis:
    'A server that loses its listener after an OOM kill in its cgroup stays active and answers no client, and the drill reports it.',
  control: true,
  bundle: 'devvm',
  requires: ['cgroup-v2', 'psi'],
  suite: 'nightly',
  injections: [
    hog({ name: 'first', comm: 'runaway', target: beyondMax }),
    hog({ name: 'second', comm: 'runaway', target: beyondMax }),
  ],
  standIn: { losesListenerAfterOom: true },
  phases: { ...DEFAULT_PHASES, holdMs: 25_000 },
  expect: { outcomes: ['wounded'], killed: 'injections' },
});
