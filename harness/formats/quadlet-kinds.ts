import type { FileKind, FoundFile } from './file-kind.js';

/** Folders of quadlets, with those below them (podman-systemd.unit(5)). */
const PLACES = [
  'etc/containers/systemd',
  'run/containers/systemd',
  'usr/share/containers/systemd',
  '~/.config/containers/systemd',
];

const isBelow = (path: string): boolean => PLACES.some((place) => path.startsWith(`${place}/`));

/** The path on a host of a quadlet or its drop-in: below its folder of quadlets, if it is in one. */
function placeOf({ path, name, folder }: FoundFile): string {
  const [, own, below] = /(?:^|\/)(\.config\/)?containers\/systemd\/(.+)$/.exec(path) ?? [];
  const home = own === undefined ? 'etc/containers/systemd' : '~/.config/containers/systemd';
  return `${home}/${below ?? (folder.endsWith('.d') ? `${folder}/${name}` : name)}`;
}

const QUADLET = /\.(?:container|pod|kube)$/;
const DROP_IN_FOLDER = /(?:^|\.)(?:container|pod|kube|volume|network|image|build|artifact)\.d$/;

const isDropIn = ({ name, folder }: Pick<FoundFile, 'name' | 'folder'>): boolean =>
  name.endsWith('.conf') && DROP_IN_FOLDER.test(folder);

/** Containers, pods and Kubernetes manifests as quadlets, by their names; in folders of quadlets, all of them and their drop-ins. */
const quadlets: FileKind = {
  what: 'quadlets of podman, with their drop-ins',
  places: PLACES,
  isAt(path) {
    const [name = '', folder = ''] = path.split('/').reverse();
    return isBelow(path) && (QUADLET.test(name) || RESOURCE.test(name) || isDropIn({ name, folder }));
  },
  placeOf: (file) => (QUADLET.test(file.name) || isDropIn(file) ? placeOf(file) : undefined),
};

/** Whether Podman's generator reads a file of a host, by its path. */
export const isQuadletFile = ({ path }: { readonly path: string }): boolean => quadlets.isAt(path);

const RESOURCE = /\.(?:volume|network|image|build|artifact)$/;

/** Quadlets whose names other programs have too, such as systemd-networkd; elsewhere they are known by their sections. */
const resources: FileKind = {
  what: 'quadlets of volumes, networks and images',
  places: [],
  isAt: () => false,
  placeOf: (file) => (RESOURCE.test(file.name) ? placeOf(file) : undefined),
  holds: /^(?![\s\S]*(?:^|\n)\[Match\])[\s\S]*?(?:^|\n)\[(?:Volume|Network|Image|Build|Artifact)\]/,
};

/** The kinds of files that podman's generator for systemd reads. */
export const QUADLET_FILES: readonly FileKind[] = [quadlets, resources];
