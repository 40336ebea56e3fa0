import type { Bytes } from '../../core/bytes.js';
import { type Container, isLimit, type Stated } from '../../formats/container.js';
import type { Scene } from '../scene.js';
import { isFiniteLimit, type Limit, type Subject } from '../subject.js';

/** Every container that the caller asked about. */
export const listContainers = ({ containers }: Scene): readonly Container[] => containers.groups.flat();

/** An amount in bytes, of the host's memory where it is a share of it; undefined if it is not known. */
export function bytesOf(stated: Stated | undefined, { host }: Scene): Bytes | undefined {
  if (stated?.share === undefined) return stated?.bytes;
  return host.memory === undefined ? undefined : Math.floor(host.memory * stated.share);
}

/** The slice of systemd's that a container is in, if a file of the tree describes it or one above it. */
export function sliceOf({ slice }: Container, scene: Scene): Subject | undefined {
  const name = slice?.name ?? scene.docker?.parent?.name ?? scene.docker?.parentFlag?.name;
  return name?.endsWith('.slice') && !name.includes('/') ? scene.unit(name) : undefined;
}

/** The cap of the slice that a container is in. */
export const capAbove = (container: Container, scene: Scene): Limit | undefined =>
  sliceOf(container, scene)?.tightest('MemoryMax', scene.host.memory);

/** The cap that a drop-in gives to the scope of each container of Docker (systemd.unit(5), "docker-.scope.d"). */
const capOfScopes = ({ subjects, host }: Scene): Limit | undefined =>
  subjects.find(({ name }) => name === 'docker-.scope')?.own('MemoryMax', host.memory);

/** Whether anything limits a container below the memory of the host. */
export const isCapped = (container: Container, scene: Scene): boolean =>
  isLimit(container.max) ||
  isFiniteLimit(capAbove(container, scene)) ||
  (container.words.reader === 'Docker' && isFiniteLimit(capOfScopes(scene)));

/** What a container may swap on its host: `maybe` if that depends on what is not known. */
export function swapOf(container: Container, scene: Scene): 'none' | 'some' | 'maybe' {
  if (scene.host.swap === 0 || container.swap.use === 'none') return 'none';
  if (sliceOf(container, scene)?.tightest('MemorySwapMax', scene.host.memory)?.bytes === 0) return 'none';
  return container.swap.use === 'some' && scene.host.swap !== undefined ? 'some' : 'maybe';
}
