import { whenRunAlone } from '../harness/campaign/alone.js';
import { type Scenario, USUAL_PHASES } from '../harness/drill/scenario.js';
import { hog } from '../harness/inject/memory-hog/hog.js';
import { total } from '../harness/inject/memory-hog/target.js';

const scenario: Scenario = {
  name: '2026-07-02-fixed',
  hypothesis:
    "Without MemoryHigh the incident's hog harms nobody: the server answers throughout and nothing is killed.",
  control: false,
  bundle: 'devvm',
  requires: ['cgroup-v2', 'psi'],
  suite: 'core',
  injections: [hog({ name: 'ugrep', comm: 'ugrep', target: total('12.35G') })],
  phases: USUAL_PHASES,
  expect: {
    outcomes: ['contained'],
    killed: 'nobody',
    highEvents: 0,
    longestGapMs: 2_000,
    besideGapMs: 5_000,
    sameServer: true,
  },
};

export default scenario;
await whenRunAlone(import.meta.url, scenario);
