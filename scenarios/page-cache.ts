import { whenRunAlone } from '../harness/campaign/alone.js';
import { type Scenario, USUAL_PHASES } from '../harness/drill/scenario.js';
import { hog } from '../harness/inject/memory-hog/hog.js';
import { beyondMax } from '../harness/inject/memory-hog/target.js';

const scenario: Scenario = {
  name: 'page-cache',
  hypothesis:
    'A reader of endless files fills the cgroup to MemoryMax with page cache; the kernel takes it back, kills nobody, and the server keeps answering.',
  control: false,
  bundle: 'devvm',
  requires: ['cgroup-v2', 'psi'],
  suite: 'nightly',
  injections: [hog({ name: 'reader', comm: 'reader', target: beyondMax, memory: 'page-cache' })],
  phases: { ...USUAL_PHASES, holdMs: 25_000 },
  expect: { outcomes: ['contained'], killed: 'nobody', longestGapMs: 2_000, besideGapMs: 5_000, sameServer: true },
};

export default scenario;
await whenRunAlone(import.meta.url, scenario);
