import { argument, defineCommand } from '../define.js';
import { type FlagsOf, switchFlag, valueFlag } from '../flag.js';
import { jsonFlag } from './shared.js';

const flags = {
  json: jsonFlag,
  docker: valueFlag('<name>', 'a running container of Docker, such as web, in place of a unit', {
    rule: { own: true },
  }),
  podman: valueFlag('<name>', 'a running container of Podman that no unit made, in place of a unit', {
    rule: { excludes: (name) => (name === undefined ? [] : ['docker']) },
  }),
  pod: valueFlag(
    '<name>',
    'a running pod, such as web or shop/web, in place of a unit; --host is the node that it runs on',
    {
      rule: { excludes: (name) => (name === undefined ? [] : ['docker', 'podman']) },
    },
  ),
  host: valueFlag('<user@host>', 'the live host, by SSH, such as admin@web.example (default: this machine)', {
    rule: { own: true },
  }),
  port: valueFlag('<port>', 'with --host: SSH port, from 1 to 65535 (default: what ssh_config says)', {
    rule: { own: true, needs: 'host' },
  }),
  key: valueFlag('<file>', 'with --host: private key (default: what ssh_config or an agent has)', {
    rule: { own: true, needs: 'host' },
  }),
  from: valueFlag(
    '<file>',
    'read what the script of --script printed on the host, which says which unit, container or pod; - for standard input',
    { rule: { excludes: (file) => (file === undefined ? [] : ['host', 'port', 'key', 'docker', 'podman', 'pod']) } },
  ),
  script: switchFlag('print the script, for a host that cannot be reached from here', {
    rule: { excludes: (on) => (on ? ['from', 'host', 'port', 'key', 'docker', 'podman', 'pod'] : []) },
  }),
  url: valueFlag(
    '<url>',
    'HTTP or HTTPS address at which the server answers on the host itself, such as http://localhost:8080/health (default: the path / at the only port on which the unit listens, or that the container publishes)',
  ),
  diskBandwidth: valueFlag(
    '<rate>',
    "limit of the host's root disk in bytes per second, such as 60M, if there is one (default: no limit)",
  ),
  out: valueFlag(
    '<dir>',
    'directory for the bundle, new or empty (default: the name of the container or pod, or of the unit without .service)',
    {
      rule: { own: true },
    },
  ),
};

export type CaptureFlags = FlagsOf<typeof flags>;

export const captureCommand = defineCommand({
  name: 'capture',
  description: 'Make a bundle of a live host: its units, a container or a pod, limits and OOM killers, and no secrets',
  details: [
    'The host is only read, and no root is needed. The output ends with a list of what the bundle still needs before it can be drilled. Read the bundle before you hand it on: captured/left-out.txt in it lists what was left out.',
  ],
  argument: argument('[unit]', 'the unit that serves, such as web.service or web', undefined, [
    'from',
    'docker',
    'podman',
    'pod',
  ]),
  flags,
  examples: [
    {
      does: 'By SSH',
      line: 'oomdrill capture web.service --host admin@web.example --url http://localhost:8080/health',
    },
    {
      does: 'A container',
      line: 'oomdrill capture --docker web --host admin@web.example',
    },
    {
      does: 'By hand: a script, which is run on the host, and whose output is read here',
      line: 'oomdrill capture --script > capture.sh\nsh capture.sh web.service > web.capture\noomdrill capture --from web.capture --out web',
    },
  ],
  run: async (unit, flags) => (await import('../capture.js')).executeCapture(unit, flags),
});
