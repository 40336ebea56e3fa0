import { defineScenario } from '../harness/campaign/define-scenario.js';
import { DEFAULT_PHASES } from '../harness/drill/scenario.js';
import { hog } from '../harness/inject/memory-hog/hog.js';
import { total } from '../harness/inject/memory-hog/target.js';

export default await defineScenario(import.meta, {
  name: '2026-07-02-fixed',
  hypothesis:
    "Without MemoryHigh the incident's hog does no harm: the server answers throughout and nothing is killed.",
  control: false,
  bundle: 'devvm',
  requires: ['cgroup-v2', 'psi'],
  suite: 'core',
  injections: [hog({ name: 'ugrep', comm: 'ugrep', target: total('12.35G') })],
  phases: DEFAULT_PHASES,
  expect: {
    outcomes: ['contained'],
    killed: 'none',
    highEvents: 0,
    longestGapMs: 2_000,
    sidecarGapMs: 5_000,
    sameServer: true,
  },
});
