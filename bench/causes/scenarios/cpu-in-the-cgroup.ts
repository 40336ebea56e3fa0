import { defineScenario } from '../../../harness/index.js';
import { BUSY } from '../../trust/noises.js';
import { processes } from '../processes.js';

export default await defineScenario(
  { url: import.meta.url },
  {
    hypothesis: "Busy loops in the server's own cgroup silence it by its CPU quota, and by no memory limit.",
    bundle: '../slow-server',
    injections: [processes({ name: 'loops', comm: 'sh', count: 40, script: BUSY, isInServersCgroup: true })],
    expect: { outcomes: ['starved'] },
  },
);
