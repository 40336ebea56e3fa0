import { type Bundle, UNIT_DIR } from '../bundle/bundle.js';
import { parseJson } from '../core/json.js';
import { withFile, withoutFiles } from './edit.js';
import { allowSwap, CONTAINERS, capAtMemory, setSoftLimit } from './layer.js';
import type { Mutant } from './mutant.js';

const IN_CONTAINER = 'runaway-in-container';

/** What the Docker daemon reads its settings from (dockerd(8), --config-file). */
const DAEMON = 'etc/docker/daemon.json';

/** docker.slice and the daemon's way into it, broken. */
export const CONTAINERS_MUTANTS: readonly Mutant[] = [
  {
    name: 'docker-slice-removed',
    breaks: 'docker.slice has no file: systemd makes it up as containers need it, without any limit.',
    belief: 'Containers are in docker.slice, so they are capped.',
    noticedBy: [IN_CONTAINER],
    apply: (bundle) => CONTAINERS.find(bundle) && withoutFiles(bundle, isOfDockerSlice),
  },
  {
    name: 'docker-max-above-ram',
    breaks: "MemoryMax= of docker.slice is a quarter above the host's memory.",
    belief: 'All containers together have a hard limit.',
    noticedBy: [IN_CONTAINER],
    apply: (bundle) => capAtMemory(bundle, CONTAINERS, 1.25),
  },
  {
    name: 'docker-high-at-75',
    breaks: 'MemoryHigh= of docker.slice stands at 75 % of its MemoryMax=.',
    belief: 'A runaway in a container dies at the cap.',
    noticedBy: [IN_CONTAINER],
    apply: (bundle) => setSoftLimit(bundle, CONTAINERS, 0.75),
  },
  {
    name: 'docker-swap-allowed',
    breaks: 'Nothing forbids docker.slice to swap, on a host that has swap.',
    belief: 'A runaway in a container dies at the cap.',
    noticedBy: [IN_CONTAINER],
    apply: (bundle) => allowSwap(bundle, CONTAINERS),
  },
  {
    name: 'docker-cgroup-parent-dropped',
    breaks: 'The daemon has no cgroup-parent: containers run in system.slice, beside the services.',
    belief: 'docker.slice has a cap, so containers have one.',
    noticedBy: [IN_CONTAINER],
    apply: (bundle) => changeParent(bundle, undefined),
  },
  {
    name: 'docker-cgroup-parent-elsewhere',
    breaks: 'cgroup-parent names a slice that nobody has written, containers.slice.',
    belief: 'The daemon puts containers below the cap.',
    noticedBy: [IN_CONTAINER],
    apply: (bundle) => changeParent(bundle, 'containers.slice'),
  },
  {
    name: 'docker-driver-cgroupfs',
    breaks:
      'The daemon makes cgroups itself (native.cgroupdriver=cgroupfs): one called docker.slice, of which systemd knows nothing.',
    belief: 'systemctl show docker.slice says what the kernel holds.',
    noticedBy: [IN_CONTAINER],
    apply: (bundle) => {
      const daemon = readDaemon(bundle);
      const options = daemon?.['exec-opts'] ?? [];
      if (!daemon || !Array.isArray(options) || options.some((option) => `${option}`.includes('cgroupdriver')))
        return undefined;
      return writeDaemon(bundle, { ...daemon, 'exec-opts': [...options, 'native.cgroupdriver=cgroupfs'] });
    },
  },
];

const isOfDockerSlice = (path: string): boolean =>
  path === `${UNIT_DIR}/docker.slice` || path.startsWith(`${UNIT_DIR}/docker.slice.d/`);

/** The daemon's settings where they send containers into docker.slice, which is capped. */
function readDaemon(bundle: Bundle): Record<string, unknown> | undefined {
  const text = bundle.files.find(({ path }) => path === DAEMON)?.text;
  if (text === undefined || !CONTAINERS.find(bundle)) return undefined;
  const daemon = parseJson(text).value as Record<string, unknown> | null | undefined;
  return daemon?.['cgroup-parent'] === 'docker.slice' ? daemon : undefined;
}

function changeParent(bundle: Bundle, parent: string | undefined): Bundle | undefined {
  const daemon = readDaemon(bundle);
  return daemon && writeDaemon(bundle, { ...daemon, 'cgroup-parent': parent });
}

const writeDaemon = (bundle: Bundle, daemon: Record<string, unknown>): Bundle =>
  withFile(bundle, DAEMON, `${JSON.stringify(daemon, null, 2)}\n`);
