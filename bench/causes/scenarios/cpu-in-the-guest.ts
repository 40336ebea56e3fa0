import { defineScenario } from '../../../harness/index.js';
import { BUSY } from '../../trust/noises.js';
import { processes } from '../processes.js';

export default await defineScenario(
  { url: import.meta.url },
  {
    hypothesis: 'Busy loops of a real-time priority silence the whole guest, the control group too.',
    bundle: '../slow-server',
    injections: [
      processes({ name: 'loops', comm: 'sh', count: 4, script: `chrt -f -p 50 $$; ${BUSY}`, isInServersCgroup: false }),
    ],
    expect: { outcomes: ['inconclusive'], longestGapMs: 1_000 },
  },
);
