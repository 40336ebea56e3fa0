import { beyondMax, defineScenario, hog } from '../harness/index.js';

export default await defineScenario(import.meta, {
  hypothesis:
    'Eight children that exceed MemoryMax only together are killed one after the other until the rest fits, and nothing else is killed.',
  bundle: 'devvm',
  injections: [hog({ name: 'build', comm: 'cc1plus', target: beyondMax, tasks: 8 })],
  expect: { outcomes: ['contained'], killed: 'injections', longestGapMs: 5_000, sidecarGapMs: 5_000, sameServer: true },
});
