import { beyondMax, defineScenario, hog } from '../harness/index.js';

export default await defineScenario(import.meta, {
  hypothesis:
    'A package without a cap fills the memory and the zram of its host before systemd-oomd takes the whole unit: what oomctl shows of the slice, 0 B of swap, is not what it decides by.',
  control: true,
  bundle: 'start9-3885',
  suite: 'full',
  requires: ['cgroup-v2', 'psi', 'systemd-oomd', 'zram'],
  injections: [hog({ comm: 'package', target: beyondMax, incompressible: 0.35 })],
  expect: { outcomes: ['escaped'], firstKiller: 'systemd-oomd' },
});
