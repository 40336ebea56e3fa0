import { beyondMax, CREEP, defineScenario, hog } from '../harness/index.js';

export default await defineScenario(import.meta, {
  hypothesis:
    'A little swap does not close the brim: a hog that keeps creeping fills it, and then the band is there as before.',
  control: true,
  bundle: 'devvm-large-server-swap',
  suite: 'full',
  injections: [hog({ comm: 'creeper', target: beyondMax, creep: CREEP })],
  expect: { outcomes: ['degraded'], killed: 'injections', sameServer: true },
});
