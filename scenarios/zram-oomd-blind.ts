import { defineScenario, hog, own } from '../harness/index.js';

export default await defineScenario(import.meta, {
  hypothesis:
    'systemd-oomd that is to kill when swap runs out does not act on the soft band, although the zram is full: it waits until the memory of the host is used up as well, and the band leaves that free.',
  control: true,
  bundle: 'devvm-zram-oomd',
  suite: 'full',
  requires: ['cgroup-v2', 'psi', 'systemd-oomd', 'zram'],
  injections: [hog({ comm: 'ugrep', target: own('16.5G'), incompressible: 0.35 })],
  phases: { holdMs: 45_000 },
  expect: { outcomes: ['livelocked'], killed: 'none', sameServer: true },
});
