import type { MachineProvider } from '../../machine/provider.js';
import { argument, defineCommand } from '../define.js';
import { type FlagsOf, switchFlag } from '../flag.js';
import { type SetupPart, setupParts } from '../setup-parts.js';
import { jsonFlag } from './shared.js';

const flags = {
  json: jsonFlag,
  dryRun: switchFlag('say what is missing and how it would be installed, and do nothing'),
};

export type SetupFlags = FlagsOf<typeof flags>;

/** `vagrant (for --machine vagrant), browser (for report --png)`. */
const listParts = (parts: readonly SetupPart[]): string =>
  parts.map(({ name, purpose }) => `${name} (for ${purpose})`).join(', ');

export const setupCommand = (machines: readonly MachineProvider[]) => {
  const parts = setupParts(machines);
  const names = parts.map(({ name }) => name);
  return defineCommand({
    name: 'setup',
    description: 'Install the Debian packages that drills need and that are missing here',
    details: [
      'Names the packages, and installs them by apt-get: as root, or by sudo, which may ask for a password. Nothing is removed, and a second run does nothing. Without a part: what drills in a VM need. Guest programs that are missing are built too.',
      `Parts that only the tests in a clone of oomdrill need: ${listParts(parts.filter(({ isForTests }) => isForTests))}.`,
    ],
    argument: argument(
      '[part...]',
      `what to install besides: ${listParts(parts.filter(({ isForTests }) => !isForTests))}`,
      () => names,
    ),
    flags,
    brokenConfig: 'warned',
    examples: [
      { does: 'What drills in a VM need', line: 'oomdrill setup' },
      { does: 'Only look', line: 'oomdrill setup --dry-run' },
      { does: 'Vagrant as well, and a browser for pictures of reports', line: 'oomdrill setup vagrant browser' },
    ],
    exitStatus: {
      0: 'all that was asked for is there',
      2: 'something could not be installed or built',
    },
    run: async (parts, flags) => (await import('../setup.js')).executeSetup(parts, flags, machines),
  });
};
