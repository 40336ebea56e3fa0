import type { Bytes } from '../core/bytes.js';
import { usageError } from '../core/errors.js';
import { parseDockerSize } from '../formats/docker-size.js';
import type { FilePlace } from '../formats/place.js';
import { findPodmanLimits, type PodmanOption } from '../formats/quadlet-container.js';
import { isQuadletFile } from '../formats/quadlet-kinds.js';
import { type QuadletInTree, readQuadlets } from '../formats/quadlets.js';
import { cutToPages } from '../systemd/memory-value.js';
import { Unit } from '../systemd/unit.js';
import type { Assignment, UnitFile } from '../systemd/unit-file.js';
import type { Manager } from '../systemd/unit-search.js';
import type { Bundle, BundleFile } from './bundle.js';
import { managerOfServing } from './manifest.js';

/** A quadlet that serves. */
export interface ServingQuadlet {
  /** Its files, and what Podman's generator adds, as parts of the service. */
  readonly files: readonly UnitFile[];
  /** The name of its image. */
  readonly image: string;
  /** What Podman itself limits, on its own cgroup below that of the service; undefined where it is given no limit. */
  readonly podman: PodmanLimits | undefined;
  /** What only a newer Podman than some guests have makes a service of, in sentences. */
  readonly warnings: readonly string[];
}

/** `--memory` and `--memory-swap` of a quadlet, as limits of a cgroup. */
export interface PodmanLimits {
  readonly max: Bytes;
  readonly swapMax: Bytes;
  /** As it is written: `Memory=2g`. */
  readonly written: string;
  readonly at: Required<FilePlace>;
}

/**
 * The quadlet of which Podman's generator makes a service; undefined if there is none.
 *
 * @param service its name: `cache.service`
 * @param wanted of which manager the service is
 * @throws OomdrillError `QUADLET_REFUSED`, `QUADLET_USER`, `QUADLET_SIZE`
 */
export function findQuadlet(
  { files }: Pick<Bundle, 'files'>,
  service: string,
  wanted: Manager = 'system',
): ServingQuadlet | undefined {
  if (!files.some(({ path }) => path.includes('containers/systemd/'))) return undefined;
  const shown = files.map(({ path, text }) => ({ path, shown: path, text }));
  const named = readQuadlets(shown).filter((each) => each.service === service && each.kind.extension === 'container');
  const found = named.find(({ manager }) => manager === wanted);
  const [other] = named;
  if (!found && other && wanted === 'system') throw userError(other.file.path);
  return found && readServing(found);
}

/** The quadlet that serves a bundle; undefined where something else does. @throws OomdrillError as `findQuadlet` says */
export function servingQuadlet(bundle: Bundle): ServingQuadlet | undefined {
  const { unit } = bundle.manifest.serving;
  return unit === undefined ? undefined : findQuadlet(bundle, unit, managerOfServing(bundle.manifest));
}

/** @throws OomdrillError `QUADLET_REFUSED`, `QUADLET_SIZE` */
function readServing(found: QuadletInTree<BundleFile & { readonly shown: string }>): ServingQuadlet {
  const [fault] = found.faults.filter(({ since, upTo }) => since === undefined && upTo === undefined);
  if (fault) throw usageError('QUADLET_REFUSED', `${found.file.path}: Podman refuses it: ${fault.why}.`, fault.fix);
  const own = new Unit(found.name, found.files);
  return {
    files: found.files,
    image: own.value('X-Container', 'Image')?.value ?? '',
    podman: limitsOf(findPodmanLimits(found)),
    warnings: found.faults.flatMap(({ at, why, fix, since }) =>
      since === undefined
        ? []
        : [`${at.path}:${at.line}: Podman before ${since} makes no service of it, because ${why}. ${fix}`],
    ),
  };
}

/** As Podman has them set (podman-run(1), `--memory-swap`): without one of its own as much swap as memory. */
function limitsOf({ memory, swap }: ReturnType<typeof findPodmanLimits>): PodmanLimits | undefined {
  const max = memory && bytesOf(memory);
  // For Podman, 0 means none.
  if (!memory || !max) return undefined;
  const { written, at } = memory;
  const both = swap ? (swap.value === '-1' ? Number.POSITIVE_INFINITY : bytesOf(swap)) : 2 * max;
  if (swap && both < max)
    throw usageError(
      'QUADLET_SIZE',
      `${swap.at.path}:${swap.at.line}: ${swap.written} must be at least ${written}: it is memory and swap together.`,
      'Set both to the same size for no swap.',
    );
  return { max, swapMax: both - max, written, at };
}

/** @throws OomdrillError `QUADLET_SIZE`: a drill must know the limit, and divides it by its scale */
function bytesOf({ value, written, at }: PodmanOption): Bytes {
  const bytes = parseDockerSize(value);
  if (bytes !== undefined) return bytes;
  throw usageError(
    'QUADLET_SIZE',
    `${at.path}:${at.line}: ${written} must be a size, such as 2g.`,
    'A variable is not known before the service starts: write the size itself.',
  );
}

/** A service of a user's own manager, where no user is named. */
const userError = (path: string) =>
  usageError(
    'QUADLET_USER',
    `${path} is the quadlet of a user, and bundle.json does not say of which.`,
    'Set serving.uid to the number of that user, such as 1000.',
  );

/** @throws OomdrillError `QUADLET_USER` where the root tree of a bundle has the quadlet of a service in a home */
export function refuseQuadletInHome({ root }: Pick<Bundle, 'root'>, service: string): void {
  const name = `${service.replace(/\.service$/, '')}.container`;
  const path = root?.paths.find((each) => /\.config\/containers\/systemd\//.test(each) && each.endsWith(`/${name}`));
  if (path === undefined) return;
  throw usageError(
    'QUADLET_USER',
    `root/${path} is the quadlet of a user, and is not read there: its limits could not be scaled.`,
    `Move it to ${USERS}/${name}, and set serving.uid to the number of that user, such as 1000.`,
  );
}

/** Where quadlets of users are that are not in a home; below a folder with a number those of this user alone (podman-systemd.unit(5)). */
const USERS = 'etc/containers/systemd/users';

/** @throws OomdrillError `QUADLET_USER` where a quadlet is for another user, or there is none */
export function checkQuadletOfUser(files: readonly UnitFile[], service: string, uid: number): void {
  const [main] = files;
  const path = `${USERS}/${service.replace(/\.service$/, '.container')}`;
  if (!main || !isQuadletFile(main))
    throw usageError(
      'QUADLET_USER',
      `serving.uid of bundle.json is ${uid}, and there is no quadlet of users that is ${service}.`,
      `Of a user's own units only quadlets are drilled: add ${path}, or leave serving.uid out.`,
    );
  const [, owner] = /\/users\/(\d+)\//.exec(main.path) ?? [];
  if (owner === undefined || owner === String(uid)) return;
  throw usageError(
    'QUADLET_USER',
    `${main.path} is a quadlet of the user ${owner}, and serving.uid of bundle.json is ${uid}.`,
    `Set serving.uid to ${owner}, or move it to ${path}.`,
  );
}

/** What gives a size to Podman: an option of `PodmanArgs=`. */
const SIZE_OPTION = /(--memory(?:-swap|-reservation)?|-m)([= ])([^\s"']+)/g;

/**
 * A setting of a quadlet that gives sizes of memory to Podman, divided; undefined for any other.
 *
 * @param scale what sizes are divided by, to whole pages
 */
export function scalePodmanSizes({ key, value }: Pick<Assignment, 'key' | 'value'>, scale: number): string | undefined {
  const divide = (text: string) => {
    const bytes = parseDockerSize(text);
    return bytes === undefined ? text : String(cutToPages(bytes / scale));
  };
  if (key === 'Memory') return divide(value);
  if (key !== 'PodmanArgs') return undefined;
  return value.replaceAll(SIZE_OPTION, (_, option, between, size) => `${option}${between}${divide(size)}`);
}
