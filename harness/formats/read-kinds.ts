import { compose, composeByText, incus, kubernetes, lxc } from './container-kinds.js';
import type { FileKind, FoundFile } from './file-kind.js';
import { QUADLET_FILES } from './quadlet-kinds.js';

const UNIT_NAME = /\.(?:service|slice|scope|socket|target|mount|timer|path)$/;

/**
 * Folders that hold drop-ins of a unit, or links to units. One without a dot before its `.d`, as `sysctl.d`, is another
 * program's, unless it is that of a type.
 */
const OF_A_UNIT =
  /\.[^.]+\.d$|^(?:service|slice|scope|socket|target|mount|timer|path)\.d$|\.(?:wants|requires|upholds)$/;

/** The folder of units for one outside of a host's folders: that of the system, if its path does not say. */
const unitFolder = ({ path }: FoundFile): string =>
  `etc/systemd/${/(?:^|\/)systemd\/user\//.test(path) ? 'user' : 'system'}`;

const units: FileKind = {
  what: 'a unit file or drop-in',
  places: [
    'etc/systemd',
    'run/systemd',
    'usr/local/lib/systemd',
    'usr/lib/systemd',
    'lib/systemd',
    '~/.config/systemd',
    '~/.local/share/systemd',
  ],
  isAt: (path) =>
    /(?:^|\/)systemd(?:\/(?:system|user))?$/.test(path) ||
    (/(?:^|\/)systemd\//.test(path) && (UNIT_NAME.test(path) || /\.d\/[^/]+$|\.conf$/.test(path))),
  placeOf(file) {
    if (OF_A_UNIT.test(file.folder)) return `${unitFolder(file)}/${file.folder}/${file.name}`;
    return UNIT_NAME.test(file.name) ? `${unitFolder(file)}/${file.name}` : undefined;
  },
};

const managerSettings: FileKind = {
  what: "settings of systemd's managers, or of systemd-oomd",
  // Those of `units`.
  places: [],
  isAt: () => false,
  placeOf({ name, folder }) {
    if (/^(?:system|user|oomd)\.conf\.d$/.test(folder)) return `etc/systemd/${folder}/${name}`;
    // A drop-in of a unit may have any name.
    const isSettings = /^(?:system|user|oomd)\.conf$/.test(name) && !OF_A_UNIT.test(folder);
    return isSettings ? `etc/systemd/${name}` : undefined;
  },
};

const EARLYOOM = 'etc/default/earlyoom';

const earlyoom: FileKind = {
  what: "earlyoom's settings, and files that `EnvironmentFile=` of its unit names",
  places: [EARLYOOM],
  isAt: (path) => path === EARLYOOM,
  placeOf: ({ name }) => (name.startsWith('earlyoom') ? EARLYOOM : undefined),
};

const DAEMON_JSON = 'etc/docker/daemon.json';

const dockerDaemon: FileKind = {
  what: "Docker's settings",
  places: [DAEMON_JSON],
  isAt: (path) => path === DAEMON_JSON,
  placeOf: ({ name }) => (name === 'daemon.json' ? DAEMON_JSON : undefined),
};

/** Files about the tree itself. */
const ownFiles: FileKind = {
  what: '`bundle.json` and `oomdrill-lint.json` at the top of a tree',
  places: [],
  isAt: (path) => path === 'bundle.json' || path === 'oomdrill-lint.json',
  placeOf: () => undefined,
};

/** All kinds of files that are read; of two kinds that a file could be of, it is of the first. */
export const READ_KINDS: readonly FileKind[] = [
  ownFiles,
  managerSettings,
  ...QUADLET_FILES,
  units,
  earlyoom,
  dockerDaemon,
  compose,
  lxc,
  kubernetes,
  incus,
  composeByText,
];
