import { defineScenario } from '../harness/campaign/define-scenario.js';
import { DEFAULT_PHASES } from '../harness/drill/scenario.js';
import { hog } from '../harness/inject/memory-hog/hog.js';
import { total } from '../harness/inject/memory-hog/target.js';

export default await defineScenario(import.meta, {
  name: '2026-07-02-real-ugrep',
  hypothesis:
    'The real culprit, a ugrep in the middle of a match on a line that never ends, silences the server in the soft band as our own hog does.',
  control: true,
  bundle: 'devvm-2026-07-02',
  requires: ['cgroup-v2', 'psi'],
  suite: 'nightly',
  // ugrep keeps a match that may still continue in memory as a whole.
  injections: [hog({ name: 'ugrep', comm: 'ugrep', target: total('12.35G'), program: ['ugrep', '--count', 'x+'] })],
  phases: DEFAULT_PHASES,
  expect: { outcomes: ['livelocked'], killed: 'none', answersWithinMs: 10_000, sameServer: true },
});
