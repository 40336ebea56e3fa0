import { anyOf } from '../../core/any-of.js';
import { PIPELINE_CHOICES } from '../../init/pipeline/pipelines.js';
import { argumentOr, defineCommand } from '../define.js';
import { type FlagsOf, listFlag, switchFlag, valueFlag } from '../flag.js';
import { jsonFlag } from './shared.js';

const flags = {
  json: jsonFlag,
  unit: valueFlag(
    '<file>',
    'the unit file of the server to drill, such as /etc/systemd/system/web.service; drop-ins and slices next to it are taken along',
  ),
  url: valueFlag(
    '<url>',
    'with --unit: HTTP or HTTPS address at which the server answers on its own host, such as http://localhost:8080/health',
  ),
  package: listFlag('<name>', 'with --unit: Debian package that brings its program; may be repeated'),
  hostMemory: valueFlag('<size>', 'memory of the real host, such as 32G (default: with --unit, that of this machine)'),
  swap: valueFlag('<size>', 'swap of the real host; 0 for none (default: with --unit, that of this machine)'),
  bundle: valueFlag('<dir>', 'drill this bundle, such as one that `oomdrill capture` wrote; it is copied whole', {
    rule: { own: true },
  }),
  ci: valueFlag(
    '<name>',
    `write a nightly for this CI: ${anyOf(PIPELINE_CHOICES)} (default: for each of which the Git repository has files)`,
    { words: () => PIPELINE_CHOICES },
  ),
  dryRun: switchFlag('list the files, and write nothing'),
};

export type InitFlags = FlagsOf<typeof flags>;

export const initCommand = defineCommand({
  name: 'init',
  description: 'Make a folder of your own that drills: a bundle, a scenario, and what they need',
  details: [
    'The bundle is made of --unit, or copied from --bundle; without either it is an nginx to start with. Nothing is overwritten: a README.md or .gitignore that is there stays as it is, a package.json gets scripts and dependencies added, and if any other file exists already, nothing is written. The output ends with what the bundle still needs, and with the command that drills.',
  ],
  argument: argumentOr('[dir]', 'the folder, new or without files of these names', '.'),
  flags,
  brokenConfig: 'warned',
  examples: [
    { does: 'An nginx to start with', line: 'oomdrill init drills' },
    {
      does: 'A server of your own',
      line: 'oomdrill init --unit web.service --url http://localhost:8080/health --package web --host-memory 16G --swap 0',
    },
    {
      does: 'A server on a live host',
      line: 'oomdrill capture web.service --host admin@web.example --out /tmp/web\noomdrill init --bundle /tmp/web',
    },
  ],
  run: async (dir, flags) => (await import('../init.js')).executeInit(dir, flags),
});
