import { whenRunAlone } from '../harness/campaign/alone.js';
import { type Scenario, USUAL_PHASES } from '../harness/drill/scenario.js';
import { CREEP, hog } from '../harness/inject/memory-hog/hog.js';
import { beyondMax } from '../harness/inject/memory-hog/target.js';

const scenario: Scenario = {
  name: 'brim-locked-text',
  hypothesis:
    'A server whose program text is locked into memory keeps answering while a hog creeps up to MemoryMax and is killed.',
  control: false,
  bundle: 'devvm-large-server-locked',
  requires: ['cgroup-v2', 'psi'],
  suite: 'full',
  injections: [hog({ name: 'creeper', comm: 'creeper', target: beyondMax, creep: CREEP })],
  phases: { ...USUAL_PHASES, holdMs: 25_000 },
  expect: { outcomes: ['contained'], killed: 'hog', longestGapMs: 5_000, sameServer: true },
};

export default scenario;
await whenRunAlone(import.meta.url, scenario);
