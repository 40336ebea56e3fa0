import { defineScenario } from '../../../harness/index.js';
import { processes } from '../processes.js';

const WRITE =
  'while :; do dd if=/dev/zero of=/var/tmp/filler-$$ bs=16M count=4 oflag=direct conv=notrunc 2>/dev/null; done';

export default await defineScenario(
  { url: import.meta.url },
  {
    hypothesis: 'Writers that keep the disk busy silence a server that writes, and by no memory limit.',
    bundle: '../slow-server',
    injections: [processes({ name: 'writers', comm: 'dd', count: 12, script: WRITE, isInServersCgroup: false })],
    expect: { outcomes: ['starved'] },
  },
);
