import { beyondMax, CREEP, defineScenario, hog } from '../harness/index.js';

export default await defineScenario(import.meta, {
  hypothesis:
    'A container with a hard limit and no soft one, filled almost completely with memory that cannot be reclaimed, answers late or not at all, until the kernel kills the process that fills it, and nothing else.',
  control: true,
  bundle: 'mieweb-431',
  injections: [hog({ comm: 'creeper', target: beyondMax, creep: CREEP })],
  expect: { outcomes: ['degraded'], killed: 'injections', sameServer: true },
});
