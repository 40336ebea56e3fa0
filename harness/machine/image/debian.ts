import { shellQuote } from '../../core/shell.js';
import type { Distribution } from './distribution.js';

/** Man pages, documents and translations, which no one reads in a guest. */
const LEAVE_OUT = ['/usr/share/man/*', '/usr/share/doc/*', '/usr/share/locale/*', '/usr/share/info/*'];

/** What every guest carries: the system, the server's runtime, the killers and the culprits that the catalogue drills. */
const PACKAGES = [
  'linux-image-cloud-amd64',
  'systemd-sysv',
  'systemd-oomd',
  'dbus-user-session',
  'libpam-systemd',
  'udev',
  'kmod',
  'e2fsprogs',
  'iproute2',
  'procps',
  'openssh-server',
  'qemu-guest-agent',
  'sudo',
  'ca-certificates',
  'curl',
  'nodejs',
  'earlyoom',
  'docker.io',
  'busybox-static',
  'tmux',
  'stress-ng',
  'ugrep',
  'python3',
  'vmtouch',
];

/** Where packages come from: Debian's own mirror name, unless the caller's environment names another. */
const mirror = (): string => process.env.OOMDRILL_MIRROR ?? 'http://deb.debian.org/debian';

// biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg-query's own placeholders
const NAME_AND_VERSION = '${Package}=${Version}\\n';

/** A path in a hook that mmdebstrap takes apart itself, by Perl's Text::ParseWords, where quotes keep no backslash. */
const hookWord = (path: string): string => path.replace(/[^\w./\u0080-\uffff-]/g, '\\$&');

export const debian: Distribution = {
  name: 'Debian',
  suites: [
    // Debian 13 split the docker client off.
    { name: 'trixie', packages: ['docker-cli'] },
    { name: 'bookworm', packages: [] },
  ],
  packages: PACKAGES,
  buildRoot: ({ suite, packages, root, overlay, customize }) => [
    'mmdebstrap',
    '--mode=root',
    '--variant=minbase',
    '--components=main',
    `--include=${packages.join(',')}`,
    '--aptopt=Acquire::Languages "none"',
    '--aptopt=Acquire::Retries "3"',
    ...LEAVE_OUT.map((path) => `--dpkgopt=path-exclude=${path}`),
    `--customize-hook=sync-in ${hookWord(overlay)} /`,
    `--customize-hook=${shellQuote(customize)} "$1"`,
    '--skip=cleanup/reproducible',
    suite,
    root,
    mirror(),
  ],
  customize: 'customize.sh',
  listPackages: (root) => ['dpkg-query', '--admindir', `${root}/var/lib/dpkg`, '-W', '-f', NAME_AND_VERSION],
  installedVersions: `dpkg-query -W -f '${NAME_AND_VERSION}' "$@" 2>/dev/null`,
  initramfs: {
    // initramfs-tools(7).
    stop: 'break=top',
    // The first words of initramfs-tools' /init.
    sentinel: 'Loading, please wait',
  },
};
