import { beyondMax, defineScenario, hog } from '../harness/index.js';

export default await defineScenario(import.meta, {
  hypothesis:
    'A process that reads endless files fills the cgroup to MemoryMax with page cache; the kernel reclaims it, kills nothing, and the server keeps answering.',
  bundle: 'devvm',
  injections: [hog({ comm: 'reader', target: beyondMax, memory: 'page-cache' })],
  expect: { outcomes: ['contained'], killed: 'none', longestGapMs: 2_000, sidecarGapMs: 5_000, sameServer: true },
});
