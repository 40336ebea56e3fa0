import { beyondMax, defineScenario, hog } from '../harness/index.js';

export default await defineScenario(import.meta, {
  hypothesis:
    "An agent's script uses up the memory of the host; the kernel kills only the script, and systemd, with its default policy, then stops the whole server.",
  control: true,
  bundle: 't3code-5788',
  injections: [hog({ comm: 'python3', target: beyondMax })],
  expect: { outcomes: ['escaped'], sameServer: false },
});
