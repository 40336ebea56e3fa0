// Which room may import which. Imports go one way: offline code (the first table) never imports a machine, so that every judgement is
// tested without one and any old record can be judged again. `npm run lint` checks it; docs/architecture.md shows it as a picture.

/** Rooms of harness/ that start no machine and no process, each with the rooms that it may import from. */
export const OFFLINE = {
  core: [],
  cgroup: ['core'],
  systemd: ['core'],
  formats: ['core', 'systemd'],
  bundle: ['core', 'systemd'],
  workload: ['core', 'systemd', 'bundle'],
  record: ['core', 'cgroup'],
  study: ['core', 'cgroup', 'record'],
  verdict: ['core', 'record', 'study'],
  history: ['core', 'record', 'verdict'],
  explain: ['core', 'cgroup', 'record'],
  lint: ['core', 'systemd', 'formats', 'bundle', 'workload'],
  mutate: ['core', 'systemd', 'bundle', 'workload', 'verdict'],
  // What `--json` of each command writes: writers and readers share its schema.
  contract: ['core', 'bundle', 'record', 'verdict', 'history', 'lint', 'mutate'],
  report: ['core', 'record', 'study', 'verdict', 'history', 'lint', 'mutate', 'contract'],
};

/** Rooms that do, likewise. A room that stands in neither table may not be there. */
const EFFECTS = {
  browser: ['core'],
  machine: ['core', 'workload'],
  inject: ['core', 'record', 'machine'],
  observe: ['core', 'record', 'machine', 'inject', 'workload'],
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
  ],
};

const ROOMS = { ...OFFLINE, ...EFFECTS };

/** Tests may use more: their own builders, and the rooms that they compare with. */
const TESTS = '\\.(?:test|examples)\\.ts$|^harness/testing/';

const rooms = Object.entries(ROOMS).map(([room, allowed]) => ({
  name: `${room} imports only ${allowed.join(', ') || 'nothing of ours'}`,
  severity: 'error',
  from: { path: `^harness/${room}/`, pathNot: TESTS },
  to: {
    path: '^(?:harness|page|scenarios|bench|faults|guest)/',
    pathNot: `^harness/(?:${[room, ...allowed].join('|')})/`,
  },
}));

export default {
  forbidden: [
    ...rooms,
    {
      name: 'a room is listed in .dependency-cruiser.mjs',
      severity: 'error',
      from: { path: '^harness/[^/]+/', pathNot: `^harness/(?:${Object.keys(ROOMS).join('|')}|command|testing)/` },
      to: {},
    },
    {
      name: 'no circle',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'a kind of machine is known by its table alone',
      severity: 'error',
      from: { path: '^harness/', pathNot: `^harness/machine/(?:(?!image/)[^/]+/|providers\\.ts)|${TESTS}` },
      to: { path: '^harness/machine/(?!image/)[^/]+/' },
    },
    {
      name: 'what we ship imports no builders of the tests',
      severity: 'error',
      from: { path: '^(?:harness|scenarios)/', pathNot: TESTS },
      to: { path: '^harness/testing/' },
    },
    {
      name: 'the page in the browser imports data only',
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
