import { beyondMax, defineScenario, hog } from '../harness/index.js';

export default await defineScenario(import.meta, {
  hypothesis:
    'Eight children that exceed MemoryMax only together are killed one after the other until the rest fits, and nothing else is killed. Between two kills they hold the server for seconds, but on a quiet host never for as long as its clients wait.',
  bundle: 'devvm',
  injections: [hog({ name: 'build', comm: 'cc1plus', target: beyondMax, tasks: 8 })],
  // Less than the shorter of the clients' windows, which is 15 s. `many-children-in-container` has the repair.
  expect: {
    outcomes: ['contained'],
    killed: 'injections',
    longestGapMs: 14_000,
    sidecarGapMs: 5_000,
    sameServer: true,
  },
});
