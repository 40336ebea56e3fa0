import { type Bundle, UNIT_DIR } from '../bundle/bundle.js';
import { parseJson } from '../core/json.js';
import { withFile, withoutFiles } from './edit.js';
import { allowSwap, CONTAINERS, capAtMemory, setSoftLimit } from './layer.js';
import type { Mutant } from './mutant.js';

const IN_CONTAINER = 'runaway-in-container';

/** The settings file of the Docker daemon (dockerd(8), --config-file). */
const DAEMON = 'etc/docker/daemon.json';

/** Mutants of docker.slice, and of the daemon's setting that puts containers into it. */
export const CONTAINERS_MUTANTS: readonly Mutant[] = [
  {
    name: 'docker-slice-removed',
    breaks: 'docker.slice has no unit file: systemd creates it when a container needs it, without any limit.',
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
    breaks: 'MemoryHigh= of docker.slice is 75 % of its MemoryMax=.',
    belief: 'A runaway in a container dies at the cap.',
    noticedBy: [IN_CONTAINER],
    apply: (bundle) => setSoftLimit(bundle, CONTAINERS, 0.75),
  },
  {
    name: 'docker-swap-allowed',
    breaks: 'docker.slice may swap, on a host with swap.',
    belief: 'A runaway in a container dies at the cap.',
    noticedBy: [IN_CONTAINER],
    apply: (bundle) => allowSwap(bundle, CONTAINERS),
  },
  {
    name: 'docker-cgroup-parent-dropped',
    breaks: 'The daemon has no cgroup-parent: containers run in system.slice, next to the services.',
    belief: 'docker.slice has a cap, so containers have one.',
    noticedBy: [IN_CONTAINER],
    apply: (bundle) => changeParent(bundle, undefined),
  },
  {
    name: 'docker-cgroup-parent-elsewhere',
    breaks: 'cgroup-parent names a slice without a unit file, containers.slice.',
    belief: 'The daemon puts containers below the cap.',
    noticedBy: [IN_CONTAINER],
    apply: (bundle) => changeParent(bundle, 'containers.slice'),
  },
  {
    name: 'docker-driver-cgroupfs',
    breaks:
      'The daemon creates cgroups itself (native.cgroupdriver=cgroupfs), one of them with the name docker.slice, which systemd does not manage.',
    belief: 'systemctl show docker.slice shows the limits that are in effect.',
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

/** Reads the daemon's settings; undefined unless they put containers into docker.slice, and it is capped. */
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
