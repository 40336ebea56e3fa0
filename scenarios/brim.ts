import { beyondMax, CREEP, defineScenario, hog } from '../harness/index.js';

export default await defineScenario(import.meta, {
  hypothesis:
    'Without MemoryHigh there is still a band just below MemoryMax in which a hog silences a server with much program text, and is not killed.',
  control: true,
  bundle: 'devvm-large-server',
  injections: [hog({ comm: 'creeper', target: beyondMax, creep: CREEP })],
  expect: { outcomes: ['degraded'], killed: 'injections', sameServer: true },
});
