import { argument, defineCommand } from '../define.js';
import { type FlagsOf, valueFlag } from '../flag.js';
import { bundleNames } from '../words.js';
import { BUNDLE_ARGUMENT, jsonFlag } from './shared.js';

const flags = {
  json: jsonFlag,
  host: valueFlag('<user@host>', 'a VM that may be changed, by SSH; the user is root or may use sudo', {
    required: true,
    rule: { own: true },
  }),
  port: valueFlag('<port>', 'SSH port, from 1 to 65535', { default: '22', rule: { own: true } }),
  key: valueFlag('<file>', 'private key', { required: true, rule: { own: true } }),
  scale: valueFlag(
    '<divisor>',
    'divide every size of the bundle by this: a whole number from 1 to 64, such as 8, which may also be written as 1/8',
    {
      default: '8',
      // It takes no `auto`.
      rule: { own: true },
    },
  ),
};

export type InstallFlags = FlagsOf<typeof flags>;

export const installCommand = defineCommand({
  name: 'install',
  description: 'Install a bundle in a VM that is running, at scale, and start its server',
  details: ['For a look at what a drill installs; the Vagrantfile uses it. Nothing is drilled.'],
  argument: argument('<bundle>', BUNDLE_ARGUMENT, bundleNames),
  flags,
  run: async (bundle, flags) => (await import('../install.js')).executeInstall(bundle, flags),
});
