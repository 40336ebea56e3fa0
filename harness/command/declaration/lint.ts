import { anyOf } from '../../core/any-of.js';
import { LINT_REPORTERS, type LintReporter } from '../../report/lint-reporters.js';
import { argument, defineCommand } from '../define.js';
import { type FlagsOf, listFlag, switchFlag, valueFlag } from '../flag.js';
import { fileNames } from '../words.js';
import { jsonFlag } from './shared.js';

const formatNames = () => LINT_REPORTERS.map(({ name }) => name);

/** `text, github (annotations of a workflow) or sarif`. */
const formatsInWords = (table: readonly LintReporter[]): string =>
  anyOf(table.map(({ name, purpose }) => (purpose === undefined ? name : `${name} (${purpose})`)));

const flags = {
  json: jsonFlag,
  strict: switchFlag('count warnings as errors'),
  format: valueFlag('<name>', `output format: ${formatsInWords(LINT_REPORTERS)}`, {
    default: LINT_REPORTERS[0].name,
    words: formatNames,
  }),
  memory: valueFlag(
    '<size>',
    'memory of the host that the files are for, such as 24G (default: what bundle.json says; for /etc, that of this machine; for other files it is not known, and percentages of it are not checked)',
  ),
  serving: listFlag(
    '<unit>',
    'unit that is there to serve, such as nginx.service: rules about the server check it; may be repeated (default: what bundle.json says)',
  ),
  swap: valueFlag('<size>', 'swap of that host, such as 8G, or 0 for none (default: as for --memory)'),
};

export type LintFlags = FlagsOf<typeof flags>;

export const lintCommand = defineCommand({
  name: 'lint',
  description: 'Find mistakes in memory limits as they are written, without a VM',
  details: [
    'Unit files, drop-ins and slices are resolved as systemd would, and read together with the settings of earlyoom and Docker and the limits of containers. Every rule, and how to say that something is meant: docs/lint.md.',
  ],
  argument: argument(
    '<path...>',
    'unit files, drop-ins, Compose files, manifests of Kubernetes, settings of kubelets, LXC, Incus, earlyoom or Docker, the directory of a bundle, the name of one that comes with oomdrill, the directory /etc of a host, or directories of unit files or bundles',
    fileNames,
  ),
  flags,
  examples: [
    { does: 'This host', line: 'oomdrill lint /etc --strict' },
    { does: 'A bundle that comes with oomdrill', line: 'oomdrill lint devvm' },
    {
      does: 'Two files for a host of 24 GiB without swap',
      line: 'oomdrill lint t3-serve@.service user-.slice.d/50-memory.conf --memory 24G --swap 0',
    },
    { does: 'A Compose file, for a host with swap', line: 'oomdrill lint compose.yaml --memory 16G --swap 4G' },
    { does: 'This host, whose server is nginx', line: 'oomdrill lint / --serving nginx.service' },
    { does: 'For a code scanner', line: 'oomdrill lint devvm --format sarif > lint.sarif' },
  ],
  exitStatus: {
    0: 'no error was found (with --strict: no warning either)',
    1: 'an error was found (with --strict: or a warning)',
  },
  run: async (paths, flags) => (await import('../lint.js')).executeLint(paths, flags),
});
