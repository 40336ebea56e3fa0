import { whenRunAlone } from '../harness/campaign/alone.js';
import { type Scenario, USUAL_PHASES } from '../harness/drill/scenario.js';
import { hog } from '../harness/inject/memory-hog/hog.js';
import { total } from '../harness/inject/memory-hog/target.js';

const scenario: Scenario = {
  name: 'oomd-takes-the-server',
  hypothesis:
    "Where the server's own text can be reclaimed, systemd-oomd does act on the soft band, and takes the whole unit: the server with the hog.",
  control: true,
  bundle: 'devvm-2026-07-02-oomd',
  requires: ['cgroup-v2', 'psi'],
  suite: 'nightly',
  injections: [hog({ name: 'ugrep', comm: 'ugrep', target: total('12.35G') })],
  phases: { ...USUAL_PHASES, holdMs: 45_000 },
  expect: { outcomes: ['unit-stopped'] },
};

export default scenario;
await whenRunAlone(import.meta.url, scenario);
