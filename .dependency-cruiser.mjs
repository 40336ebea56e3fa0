// Which folder may import which. Imports go one way: offline code (the first table) never imports a machine, so that every
// judgement is tested without a machine, and any old record can be judged again. `npm run import-table` checks it;
// docs/architecture.md shows it as a picture.

/** Folders of harness/ that start no machine and no process, each with the folders that it may import from. */
export const OFFLINE = {
  core: [],
  cgroup: ['core'],
  systemd: ['core'],
  formats: ['core', 'systemd'],
  bundle: ['core', 'systemd', 'formats'],
  // A pod is what its manifest says.
  workload: ['core', 'systemd', 'formats', 'bundle'],
  record: ['core', 'cgroup'],
  study: ['core', 'cgroup', 'record'],
  verdict: ['core', 'record', 'study'],
  history: ['core', 'record', 'verdict'],
  store: ['core', 'verdict', 'history'],
  explain: ['core', 'cgroup', 'systemd', 'record'],
  lint: ['core', 'systemd', 'formats', 'bundle', 'workload'],
  mutate: ['core', 'systemd', 'bundle', 'workload', 'verdict'],
  init: ['core', 'systemd', 'bundle', 'workload'],
  // The output of each command's `--json`: writers and readers share its schema.
  contract: ['core', 'bundle', 'record', 'verdict', 'history', 'store', 'lint', 'mutate'],
  report: ['core', 'formats', 'record', 'study', 'verdict', 'history', 'store', 'lint', 'mutate', 'contract'],
};

/** The same for folders that do. Every folder must be in one of the two tables. */
const EFFECTS = {
  browser: ['core'],
  // Files of the user's, which import the library.
  loader: ['core', 'index'],
  // A configuration file, and what it adds to our tables.
  config: ['core', 'loader', 'workload', 'inject', 'report'],
  machine: ['core', 'workload'],
  inject: ['core', 'record', 'machine'],
  observe: ['core', 'cgroup', 'record', 'machine', 'inject', 'workload'],
  drill: [
    'core',
    'cgroup',
    'systemd',
    'bundle',
    'workload',
    'record',
    'study',
    'verdict',
    'machine',
    'inject',
    'observe',
  ],
  campaign: [
    'core',
    'bundle',
    'workload',
    'record',
    'study',
    'verdict',
    'mutate',
    'machine',
    'inject',
    'observe',
    'drill',
    'loader',
  ],
};

const FOLDERS = { ...OFFLINE, ...EFFECTS };

/** Tests may import more: their own builders, and the folders that they compare with. */
const TESTS = '\\.(?:test|examples)\\.ts$|^harness/testing/';

const rules = Object.entries(FOLDERS).map(([folder, allowed]) => ({
  name: `${folder} imports only ${allowed.join(', ') || 'nothing of ours'}`,
  severity: 'error',
  from: { path: `^harness/${folder}/`, pathNot: TESTS },
  to: {
    path: '^(?:harness|package|page|scenarios|bench|faults|fuzz|guest)/',
    pathNot: `^harness/(?:${[folder, ...allowed].join('|')})(?:/|\\.ts$)`,
  },
}));

export default {
  forbidden: [
    ...rules,
    {
      name: 'every folder is listed in .dependency-cruiser.mjs',
      severity: 'error',
      from: { path: '^harness/[^/]+/', pathNot: `^harness/(?:${Object.keys(FOLDERS).join('|')}|command|testing)/` },
      to: {},
    },
    {
      // One that is made when a function is called does no harm.
      name: 'no circular imports',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only', 'dynamic-import'] } },
    },
    {
      name: 'a kind of machine is imported only by the table',
      severity: 'error',
      from: { path: '^harness/', pathNot: `^harness/machine/(?:(?!image/)[^/]+/|providers\\.ts)|${TESTS}` },
      to: { path: '^harness/machine/(?!image/)[^/]+/' },
    },
    {
      name: 'shipped code imports no builders of the tests',
      severity: 'error',
      from: { path: '^(?:harness|scenarios)/', pathNot: TESTS },
      to: { path: '^harness/testing/' },
    },
    {
      name: 'the page in the browser imports only data',
      severity: 'error',
      from: { path: '^page/[^/]+\\.ts$' },
      to: { path: '^harness/', pathNot: '^harness/(?:core|report)/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    extraExtensionsToScan: ['.css'],
  },
};
