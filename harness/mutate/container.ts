import { type Bundle, UNIT_DIR } from '../bundle/bundle.js';
import type { ServingContainer } from '../bundle/container.js';
import { resolveServingUnit } from '../bundle/serving.js';
import { withSettings } from '../bundle/with-settings.js';
import { parseBytes, renderBytes } from '../core/bytes.js';
import { cutToPages } from '../systemd/memory-value.js';
import { withFile } from './edit.js';
import type { Mutant } from './mutant.js';

const RUNAWAY = 'docker-server-first';
const PLATEAU = 'docker-plateau';
const COMES_BACK = 'docker-comes-back';

/** Made by these mutants. */
const SLICE = 'limited.slice';

/**
 * Mutants of the container that serves. Left out, because no drill can distinguish them from the original, or Docker refuses
 * them: a drop-in that lifts MemoryMax= (what `docker run` was given wins), `memorySwap` without `memory`, a reservation above
 * the limit, a health check that never fails.
 */
export const CONTAINER_MUTANTS: readonly Mutant[] = [
  {
    name: 'container-memory-dropped',
    breaks: 'The container has no --memory.',
    belief: 'A runaway in a container is a matter of that container.',
    noticedBy: [RUNAWAY],
    apply: (bundle) => change(bundle, () => UNLIMITED),
  },
  {
    name: 'container-memory-above-ram',
    breaks: "--memory is a quarter above the host's memory: the value of another, larger host.",
    belief: 'There is a hard limit, so there is containment.',
    noticedBy: [RUNAWAY],
    apply: (bundle) => limitAtHost(bundle, 1.25),
  },
  {
    name: 'container-memory-at-the-brim-of-ram',
    breaks: "--memory is 99 % of the host's memory.",
    belief: "A limit below the host's memory is reached before the host runs out.",
    noticedBy: [RUNAWAY],
    apply: (bundle) => limitAtHost(bundle, 0.99),
  },
  {
    name: 'container-memory-halved',
    breaks: '--memory is half of its former value.',
    belief: 'The work that is done every day still fits.',
    noticedBy: [PLATEAU],
    apply: (bundle) =>
      change(
        bundle,
        ({ memory }) => withSettings(bundle, { MemoryMax: share(memory, 0.5) }).manifest.serving.container,
      ),
  },
  {
    name: 'container-memory-swap-dropped',
    breaks: 'There is no --memory-swap, on a host with swap: the container may swap as much as it has memory.',
    belief: '--memory limits what the container takes.',
    noticedBy: [RUNAWAY],
    apply: (bundle) => forbidsSwap(bundle) && change(onHostWithSwap(bundle), () => ({ memorySwap: undefined })),
  },
  {
    name: 'container-memory-swap-without-limit',
    breaks: '--memory-swap is -1, on a host with swap.',
    belief: '-1 stands for no swap.',
    noticedBy: [RUNAWAY],
    apply: (bundle) => forbidsSwap(bundle) && change(onHostWithSwap(bundle), () => ({ memorySwap: '-1' })),
  },
  {
    name: 'container-high-in-a-drop-in',
    breaks: 'A drop-in for the scopes of all containers has a MemoryHigh=, 75 % of --memory.',
    belief: 'docker inspect shows every limit of the container.',
    noticedBy: [RUNAWAY],
    apply: (bundle) =>
      change(bundle, () => ({})) && withHigh(bundle, 'docker-.scope.d', 'Scope', resolveServingUnit(bundle).limits.max),
  },
  {
    name: 'container-parent-slice-high',
    breaks: 'The container is in a slice of its own, which has a MemoryHigh= of 75 % of --memory.',
    belief: 'docker inspect shows every limit of the container.',
    noticedBy: [RUNAWAY],
    apply: (bundle) => {
      const moved = change(bundle, ({ cgroupParent }) =>
        cgroupParent === undefined ? { cgroupParent: SLICE } : undefined,
      );
      return moved && withHigh(moved, `${SLICE}.d`, 'Slice', resolveServingUnit(bundle).limits.max);
    },
  },
  {
    name: 'container-in-a-smaller-slice',
    breaks: '--cgroup-parent puts the container into a slice whose MemoryMax= is half of --memory.',
    belief: 'The container has the limit that it was started with.',
    noticedBy: [PLATEAU],
    apply: (bundle) => {
      const moved = change(bundle, ({ cgroupParent }) =>
        cgroupParent === undefined ? { cgroupParent: SLICE } : undefined,
      );
      const text = `[Slice]\nMemoryMax=${share(bundle.manifest.serving.container?.memory, 0.5)}\n`;
      return moved && withFile(moved, `${UNIT_DIR}/${SLICE}`, text);
    },
  },
  {
    name: 'container-limit-on-the-daemon',
    breaks: "The limit is MemoryMax= of docker.service, which starts the container, and not the container's own.",
    belief: 'What a unit starts is below the limit of that unit.',
    noticedBy: [RUNAWAY],
    apply: (bundle) => {
      const { memory } = bundle.manifest.serving.container ?? {};
      const text = `[Service]\nMemoryMax=${memory}\nMemorySwapMax=0\n`;
      const bare = change(bundle, () => UNLIMITED);
      return bare && withFile(bare, `${UNIT_DIR}/docker.service.d/50-memory.conf`, text);
    },
  },
  {
    name: 'container-reservation-in-place-of-the-limit',
    breaks: '--memory-reservation has the value that --memory had, and there is no --memory.',
    belief: 'A reservation is a soft limit: beyond it the container is held back.',
    noticedBy: [RUNAWAY],
    apply: (bundle) => change(bundle, ({ memory }) => ({ ...UNLIMITED, memoryReservation: memory })),
  },
  {
    name: 'container-shielded-from-the-oom-killer',
    breaks:
      '--oom-score-adj=-1000 is meant for the server, but all processes of the container have it: the kernel may kill nothing at the limit.',
    belief: 'The server is spared and the runaway is not.',
    noticedBy: [RUNAWAY],
    apply: (bundle) =>
      change(bundle, ({ oomScoreAdj }) => (oomScoreAdj === -1000 ? undefined : { oomScoreAdj: -1000 })),
  },
  {
    name: 'container-restart-dropped',
    breaks: 'The container has no restart policy.',
    belief: 'Docker starts a container again that was killed.',
    noticedBy: [COMES_BACK],
    apply: (bundle) => change(bundle, ({ restart = 'no' }) => (restart === 'no' ? undefined : { restart: undefined })),
  },
];

const UNLIMITED = { memory: undefined, memorySwap: undefined };

/** Changes options of a container that has a limit of its own; undefined for any other bundle, or where nothing is to be changed. */
function change(
  bundle: Bundle,
  changed: (container: ServingContainer) => Partial<ServingContainer> | undefined,
): Bundle | undefined {
  const { serving } = bundle.manifest;
  const { container } = serving;
  const options = container?.memory === undefined ? undefined : changed(container);
  if (!container || !options) return undefined;
  return {
    ...bundle,
    manifest: { ...bundle.manifest, serving: { ...serving, container: { ...container, ...options } } },
  };
}

/** A share of a size, in whole pages. */
const share = (size: string | undefined, times: number): string =>
  renderBytes(cutToPages(parseBytes(size ?? '0') * times));

/** Sets a limit that is a multiple of the host's memory; undefined if it is at least that high. */
function limitAtHost(bundle: Bundle, times: number): Bundle | undefined {
  const max = share(bundle.manifest.host.memory, times);
  return change(bundle, ({ memory = '0' }) =>
    parseBytes(memory) < parseBytes(max)
      ? withSettings(bundle, { MemoryMax: max }).manifest.serving.container
      : undefined,
  );
}

const forbidsSwap = (bundle: Bundle): true | undefined =>
  resolveServingUnit(bundle).limits.swapMax === 0 ? true : undefined;

/** A host without swap gets as much as it has memory, because otherwise nothing would change. */
function onHostWithSwap(bundle: Bundle): Bundle {
  const { host } = bundle.manifest;
  const swap = parseBytes(host.swap) > 0 ? host.swap : host.memory;
  return { ...bundle, manifest: { ...bundle.manifest, host: { ...host, swap } } };
}

const withHigh = (bundle: Bundle, folder: string, section: string, max: number): Bundle =>
  withFile(
    bundle,
    `${UNIT_DIR}/${folder}/50-memory.conf`,
    `[${section}]\nMemoryHigh=${renderBytes(cutToPages(max * 0.75))}\n`,
  );
