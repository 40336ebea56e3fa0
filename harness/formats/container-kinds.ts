import { COMPOSE_NAME, OVERRIDE_NAMES } from './compose.js';
import type { FileKind } from './file-kind.js';
import { HOLDS_LXC } from './lxc.js';

const YAML = /\.(?:ya?ml|json)$/;

const isBelow = (path: string, places: readonly string[]): boolean =>
  places.some((place) => path === place || path.startsWith(`${place}/`));

/** Where units find Compose files by an instance's name, as `docker compose` units of many guides do. */
const COMPOSE = 'etc/docker/compose';

/** Where hosts keep projects, a folder each. */
const PROJECTS = ['opt/*', 'srv/*'].flatMap((folder) =>
  ['compose.yaml', 'docker-compose.yml', '.env'].map((name) => `${folder}/${name}`),
);
const IN_PROJECT = /^(?:opt|srv)\/[^/]+\/[^/]+$/;

/** `extends` from a file of the same folder. */
const EXTENDS_FILE = /^[ \t]+file:[ \t]*["']?(?:\.\/)?([\w.-]+\.ya?ml)["']?[ \t]*$/gm;

const nextToCompose = (text: string): readonly string[] => [
  '.env',
  ...OVERRIDE_NAMES,
  ...[...text.matchAll(EXTENDS_FILE)].flatMap(([, name]) => name ?? []),
];

export const compose: FileKind = {
  what: 'a Compose file, with the `.env` next to it',
  places: [COMPOSE, ...PROJECTS],
  isAt: (path) =>
    (isBelow(path, [COMPOSE]) || IN_PROJECT.test(path)) &&
    (COMPOSE_NAME.test(path.replace(/^.*\//, '')) || path.endsWith('/.env')),
  placeOf: ({ name, folder }) =>
    COMPOSE_NAME.test(name) || name === '.env' ? `etc/docker/compose/${folder}/${name}` : undefined,
  nextTo: nextToCompose,
};

/** A Compose file of another name: a map of services with images. */
export const composeByText: FileKind = {
  what: 'a file with services and images as Compose has them',
  places: [],
  isAt: (path) => isBelow(path, [COMPOSE]) && YAML.test(path),
  placeOf: ({ name, folder }) => (YAML.test(name) ? `etc/docker/compose/${folder}/${name}` : undefined),
  // Anchored to the start of the text, so that each part of it is searched once.
  holds:
    /^(?![\s\S]*\napiVersion:)(?=(?:[\s\S]*?\n)?services:[ \t]*(?:#[^\n]*)?\r?\n)(?=[\s\S]*?\n[ \t]+(?:image|build):)/,
  nextTo: nextToCompose,
};

const KUBERNETES = [
  'etc/kubernetes',
  'var/lib/kubelet/config.yaml',
  'var/lib/kubelet/config.json',
  'etc/rancher',
  'var/lib/rancher/k3s/server/manifests',
  'var/lib/rancher/k3s/agent/etc/kubelet.conf.d',
  'var/lib/rancher/rke2/agent/etc/kubelet.conf.d',
];

export const kubernetes: FileKind = {
  what: 'a manifest of Kubernetes, or settings of a kubelet',
  places: KUBERNETES,
  isAt: (path) => isBelow(path, KUBERNETES) && /\.(?:ya?ml|json|conf)$/.test(path),
  placeOf({ name, folder }) {
    if (YAML.test(name)) return `etc/kubernetes/manifests/${folder}/${name}`;
    return name.endsWith('.conf') && folder.endsWith('.d') ? `etc/kubernetes/${folder}/${name}` : undefined;
  },
  // Not a template: that is YAML only when it is filled in.
  holds: /^(?![\s\S]*\{\{)[\s\S]*?(?:^|[{,\s])"?apiVersion"?[ \t]*:/,
};

export const incus: FileKind = {
  what: 'an instance or profile of Incus or LXD',
  // The server keeps them in its database; a file is what `show` or `export` has printed.
  places: [],
  isAt: (path) => isBelow(path, ['etc/incus']) && YAML.test(path),
  placeOf: ({ name, folder }) => (YAML.test(name) ? `etc/incus/${folder}/${name}` : undefined),
  holds: /^[ \t{]*(?:-[ \t]+)?["']?(?:limits\.memory|raw\.lxc)[\w.]*["']?[ \t]*:/m,
};

const LXC = ['etc/lxc', 'var/lib/lxc/*/config', 'etc/pve/lxc', '~/.config/lxc', '~/.local/share/lxc/*/config'];

export const lxc: FileKind = {
  what: 'the configuration of an LXC container',
  places: LXC,
  isAt: (path) => /^(?:etc\/(?:pve\/)?lxc|~\/\.config\/lxc)\/|(?:^|\/)lxc\/[^/]+\/config$/.test(path),
  placeOf({ name, folder }) {
    if (name === 'config') return `var/lib/lxc/${folder}/config`;
    return name.endsWith('.conf') ? `etc/lxc/${name}` : undefined;
  },
  holds: HOLDS_LXC,
};
