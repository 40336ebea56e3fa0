import { beyondMax, defineScenario, hog } from '../harness/index.js';

export default await defineScenario(import.meta, {
  hypothesis: "A hard limit within 130 MB of the machine's memory comes too late: the whole machine runs out first.",
  control: true,
  bundle: 'vm0-34175',
  injections: [hog({ comm: 'tool', target: beyondMax })],
  expect: { outcomes: ['escaped'] },
});
