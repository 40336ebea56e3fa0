import { between, defineScenario, hog } from '../harness/index.js';

export default await defineScenario(import.meta, {
  hypothesis:
    'On a host of 955 MB without swap, a burst that settles an eighth into the band from 256M to 384M silences the daemon: the hard limit is not reached, nothing is killed, and the unit stays active.',
  control: true,
  bundle: 'containarium-1454',
  // The report: 271 MB of anonymous memory, 0.4 MB of files.
  injections: [hog({ name: 'burst', comm: 'containarium', target: between(0.125) })],
  phases: { holdMs: 45_000 },
  expect: { outcomes: ['livelocked'], killed: 'none', sameServer: true },
});
