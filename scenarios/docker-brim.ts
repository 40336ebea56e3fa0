import { beyondMax, CREEP, defineScenario, hog } from '../harness/index.js';

export default await defineScenario(import.meta, {
  hypothesis:
    'At the brim of --memory a container reads its program text from the disk again and again, and answers late or not at all, long before the kernel kills what fills it.',
  control: true,
  bundle: 'docker-node',
  suite: 'full',
  injections: [hog({ comm: 'creeper', target: beyondMax, creep: CREEP })],
  expect: { outcomes: ['degraded'], killed: 'injections', sameServer: true },
});
