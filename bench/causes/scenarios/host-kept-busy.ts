import { defineScenario } from '../../../harness/index.js';
import { processes } from '../processes.js';

export default await defineScenario(
  { url: import.meta.url },
  {
    hypothesis: 'A host that is kept busy by others silences a guest in which nothing happens.',
    bundle: '../slow-server',
    injections: [
      processes({ name: 'sleeper', comm: 'sleep', count: 1, script: 'sleep 1000', isInServersCgroup: true }),
    ],
    expect: { outcomes: ['inconclusive'], longestGapMs: 1_000 },
  },
);
