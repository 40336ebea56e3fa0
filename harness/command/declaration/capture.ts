import { argument, defineCommand } from '../define.js';
import { type FlagsOf, switchFlag, valueFlag } from '../flag.js';
import { jsonFlag } from './shared.js';

const HELP = `Examples:
  oomdrill capture web.service --host admin@web.example --url http://localhost:8080/health
  oomdrill capture --script >capture.sh; sh capture.sh web.service >web.capture   (the second on the host)
  oomdrill capture --from web.capture --out web`;

const flags = {
  json: jsonFlag,
  host: valueFlag('<user@host>', 'the live host, by ssh; this one when absent. It is only read, and no root is needed'),
  port: valueFlag('<port>', 'of its ssh, where ssh_config does not say'),
  key: valueFlag('<file>', 'private key for it, where ssh_config or an agent has none'),
  from: valueFlag('<file>', 'what the script of --script printed on the host; - for standard input'),
  script: switchFlag('print the script, for a host that ssh does not reach from here'),
  url: valueFlag('<url>', 'how the server is asked for an answer, as on the host itself: http://localhost:8080/health'),
  diskBandwidth: valueFlag('<rate>', "what the host's root disk gives in a second, such as 60M, where it is limited"),
  out: valueFlag('<dir>', 'where the bundle goes (default: the name of the unit)'),
};

export type CaptureFlags = FlagsOf<typeof flags>;

export const captureCommand = defineCommand({
  name: 'capture',
  description: 'a bundle of a live host: its units, limits and killers as systemd sees them, and no secrets',
  argument: argument('[unit]', 'the unit that serves, such as web.service'),
  flags,
  help: HELP,
  run: async (unit, flags) => (await import('../capture.js')).executeCapture(unit, flags),
});
