import { argument, defineCommand } from '../define.js';
import { type FlagsOf, valueFlag } from '../flag.js';
import { jsonFlag } from './shared.js';

const flags = {
  json: jsonFlag,
  host: valueFlag('<user@host>', 'a guest that may be wrecked, where the user is root or may sudo', { required: true }),
  port: valueFlag('<port>', "of the guest's ssh", { default: '22' }),
  key: valueFlag('<file>', 'private key for it', { required: true }),
  scale: valueFlag('<divisor>', 'how much smaller than the real host the guest is', { default: '8' }),
};

export type InstallFlags = FlagsOf<typeof flags>;

export const installCommand = defineCommand({
  name: 'install',
  description: 'install a bundle, at scale and with the server running, in a guest that is there; the Vagrantfile does',
  argument: argument('<bundle>', 'a folder with bundle.json and etc/'),
  flags,
  run: async (bundle, flags) => (await import('../install.js')).executeInstall(bundle, flags),
});
