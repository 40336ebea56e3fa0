/** A kind of quadlet: what its files are like, and what podman's generator makes of one. */
export interface QuadletKind {
  /** The end of its file's name, without the dot. */
  readonly extension: string;
  /** Its own section, which becomes `X-NAME` in the service. */
  readonly group: string;
  /** What follows the name of the file in the name of its service. */
  readonly suffix: string;
}

/**
 * All kinds (podman 5.6, pkg/systemd/quadlet/quadlet.go, SupportedExtensions, groupsInfo, getServiceName()).
 */
const QUADLET_KINDS: readonly QuadletKind[] = [
  { extension: 'container', group: 'Container', suffix: '' },
  { extension: 'kube', group: 'Kube', suffix: '' },
  { extension: 'pod', group: 'Pod', suffix: '-pod' },
  { extension: 'volume', group: 'Volume', suffix: '-volume' },
  { extension: 'network', group: 'Network', suffix: '-network' },
  { extension: 'image', group: 'Image', suffix: '-image' },
  { extension: 'build', group: 'Build', suffix: '-build' },
  { extension: 'artifact', group: 'Artifact', suffix: '-artifact' },
];

/** The kind of a quadlet by the name of its file; undefined for another file. */
export const quadletKindOf = (name: string): QuadletKind | undefined =>
  QUADLET_KINDS.find(({ extension }) => name.endsWith(`.${extension}`) && name.length > extension.length + 1);

/** The service of a quadlet without `ServiceName=`, by the name of its file: `data-volume.service`. */
export const defaultService = (name: string, { extension, suffix }: QuadletKind): string =>
  `${name.slice(0, -extension.length - 1)}${suffix}.service`;
