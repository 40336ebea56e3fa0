import { beyondMax, defineScenario, hog } from '../harness/index.js';

export default await defineScenario(import.meta, {
  hypothesis:
    'MemoryMax on the unit that runs the docker command does not hold the container, which is a child of the daemon: the runaway takes all memory of the host.',
  control: true,
  bundle: 'docker-redis-unit-cap',
  suite: 'full',
  injections: [hog({ comm: 'runaway', target: beyondMax })],
  expect: { outcomes: ['escaped'] },
});
