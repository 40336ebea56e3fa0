import { beyondMax, CREEP, defineScenario, hog } from '../harness/index.js';

export default await defineScenario(import.meta, {
  hypothesis:
    "The kernel's own thrashing prevention does not close the brim: it watches the memory of the whole host, not a cgroup's limit.",
  control: true,
  bundle: 'devvm-large-server-min-ttl',
  requires: ['cgroup-v2', 'psi', 'mglru'],
  suite: 'full',
  injections: [hog({ comm: 'creeper', target: beyondMax, creep: CREEP })],
  expect: { outcomes: ['degraded'], killed: 'injections', sameServer: true },
});
