import { whenRunAlone } from '../harness/drill/alone.js';
import { type Scenario, USUAL_PHASES } from '../harness/drill/scenario.js';
import { total } from '../harness/inject/target.js';

const scenario: Scenario = {
  name: '2026-06-22-oomd-inert',
  hypothesis:
    'systemd-oomd, told to kill at 20 % of memory pressure, looks on while the soft band silences the server: without swap the cgroup is not in active reclaim as it counts it.',
  control: true,
  bundle: 'devvm-2026-06-22-oomd',
  requires: ['cgroup-v2', 'psi'],
  suite: 'nightly',
  hogs: [{ name: 'balloon', comm: 'balloon', target: total('12.35G') }],
  phases: USUAL_PHASES,
  expect: { outcomes: ['livelocked'], killed: 'nobody', answersWithinMs: 10_000, sameServer: true },
};

export default scenario;
await whenRunAlone(import.meta.url, scenario);
