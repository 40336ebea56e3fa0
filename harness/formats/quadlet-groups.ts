import { MEMORY_DIRECTIVES } from '../systemd/memory-value.js';

/** A kind of quadlet: what its files are like, and what podman's generator makes of one. */
export interface QuadletKind {
  /** The end of its file's name, without the dot. */
  readonly extension: string;
  /** Its own section, which becomes `X-NAME` in the service. */
  readonly group: string;
  /** What follows the name of the file in the name of its service. */
  readonly suffix: string;
  /** Limits of memory that its section has, with the first version of podman that knows each: others refuse the file. */
  readonly memoryKeys: Readonly<Record<string, string>>;
}

/**
 * All kinds (podman 5.6, pkg/systemd/quadlet/quadlet.go, SupportedExtensions, groupsInfo, getServiceName(); `Memory=`
 * came with containers/podman#25346, and 5.4.2 refuses it).
 */
const QUADLET_KINDS: readonly QuadletKind[] = [
  { extension: 'container', group: 'Container', suffix: '', memoryKeys: { Memory: '5.5' } },
  { extension: 'kube', group: 'Kube', suffix: '', memoryKeys: {} },
  { extension: 'pod', group: 'Pod', suffix: '-pod', memoryKeys: {} },
  { extension: 'volume', group: 'Volume', suffix: '-volume', memoryKeys: {} },
  { extension: 'network', group: 'Network', suffix: '-network', memoryKeys: {} },
  { extension: 'image', group: 'Image', suffix: '-image', memoryKeys: {} },
  { extension: 'build', group: 'Build', suffix: '-build', memoryKeys: {} },
  { extension: 'artifact', group: 'Artifact', suffix: '-artifact', memoryKeys: {} },
];

/** The kind of a quadlet by the name of its file; undefined for another file. */
export const quadletKindOf = (name: string): QuadletKind | undefined =>
  QUADLET_KINDS.find(({ extension }) => name.endsWith(`.${extension}`) && name.length > extension.length + 1);

/** The service of a quadlet without `ServiceName=`, by the name of its file: `data-volume.service`. */
export const defaultService = (name: string, { extension, suffix }: QuadletKind): string =>
  `${name.slice(0, -extension.length - 1)}${suffix}.service`;

/** Directives of units that people write into a quadlet's own section. */
const OF_UNITS = /^(?:OOMPolicy|OOMScoreAdjust|ManagedOOM\w+|CPUQuota|CPUWeight|IOWeight|TasksMax|Slice|Delegate)$/;

/** Whether podman refuses a file for a key in its own section. Keys that have nothing to do with limits may be those of a newer podman. */
export const isRefusedKey = (key: string): boolean =>
  MEMORY_DIRECTIVES.has(key) || OF_UNITS.test(key) || /mem|swap|oom/i.test(key);
