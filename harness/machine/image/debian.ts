import { shellQuote } from '../../core/shell.js';
import type { BuildRefusal, Distribution } from './distribution.js';

/** Man pages, documents and translations, which no one reads in a guest. */
const LEAVE_OUT = ['/usr/share/man/*', '/usr/share/doc/*', '/usr/share/locale/*', '/usr/share/info/*'];

/** What every guest carries: the system, the server's runtime, the killers and the culprits that the catalogue drills. */
const PACKAGES = [
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

/** The usual kernel of a VM, which a suite of backports has under the same name. */
const KERNEL = 'linux-image-cloud-amd64';

/** Where packages come from: Debian's own mirror name, unless the caller's environment names another. */
const mirror = (): string => process.env.OOMDRILL_MIRROR ?? 'http://deb.debian.org/debian';

/**
 * The releases that are worked on say until when their list is good, and a mirror that stands still is past that. apt(8) refuses it,
 * unless the caller's environment allows it.
 */
const mayBeExpired = (): boolean => process.env.OOMDRILL_MIRROR_EXPIRED === 'allow';

// biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg-query's own placeholders
const NAME_AND_VERSION = '${Package}=${Version}\\n';

/** What apt-get(8) says of a suite that a mirror does not have, and of one whose list of packages is past its date. */
const SUITE_MISSING = /The repository '(\S+) (\S+) Release' (?:does not have|no longer has) a Release file/;
const LIST_EXPIRED = /Release file for (\S+)\/dists\/([^/\s]+)\/\S* is expired/;

function explain(output: string): BuildRefusal | undefined {
  const [, mirror, missing] = SUITE_MISSING.exec(output) ?? [];
  if (missing)
    return {
      code: 'GUEST_NOT_ON_MIRROR',
      why: `the mirror ${mirror} has no suite ${missing}`,
      hint: 'OOMDRILL_MIRROR names another mirror; old releases are on http://archive.debian.org/debian.',
    };
  const [, place, expired] = LIST_EXPIRED.exec(output) ?? [];
  if (expired)
    return {
      code: 'MIRROR_EXPIRED',
      why: `the list of packages of ${expired} on the mirror ${place} is past its date (Valid-Until)`,
      hint: 'OOMDRILL_MIRROR names another mirror; OOMDRILL_MIRROR_EXPIRED=allow takes the list as it is, and each record says so.',
    };
  return undefined;
}

/** A path in a hook that mmdebstrap takes apart itself, by Perl's Text::ParseWords, where quotes keep no backslash. */
const hookWord = (path: string): string => path.replace(/[^\w./\u0080-\uffff-]/g, '\\$&');

export const debian: Distribution = {
  name: 'Debian',
  suites: [
    // Debian 13 split the docker client off.
    { name: 'trixie', packages: ['docker-cli'] },
    { name: 'bookworm', packages: [] },
    // The kernels of the next releases, on the systems that people run.
    {
      name: 'trixie+backports',
      packages: ['docker-cli'],
      from: ['trixie', 'trixie-backports'],
      kernel: `${KERNEL}/trixie-backports`,
    },
    {
      name: 'bookworm+backports',
      packages: [],
      from: ['bookworm', 'bookworm-backports'],
      kernel: `${KERNEL}/bookworm-backports`,
    },
    { name: 'trixie+rt', packages: ['docker-cli'], from: ['trixie'], kernel: 'linux-image-rt-amd64' },
    { name: 'forky', packages: ['docker-cli'] },
    { name: 'sid', packages: ['docker-cli'] },
    // Its systemd 247 has no package of systemd-oomd.
    { name: 'bullseye', packages: [], lacks: ['systemd-oomd'] },
  ],
  packages: PACKAGES,
  kernel: KERNEL,
  buildRoot: ({ suites, packages, root, overlay, customize }) => [
    'mmdebstrap',
    '--mode=root',
    '--variant=minbase',
    `--include=${packages.join(',')}`,
    '--aptopt=Acquire::Languages "none"',
    '--aptopt=Acquire::Retries "3"',
    ...(mayBeExpired() ? ['--aptopt=Acquire::Check-Valid-Until "false"'] : []),
    ...LEAVE_OUT.map((path) => `--dpkgopt=path-exclude=${path}`),
    `--customize-hook=sync-in ${hookWord(overlay)} /`,
    `--customize-hook=${shellQuote(customize)} "$1"`,
    '--skip=cleanup/reproducible',
    suites[0],
    root,
    ...suites.map((suite) => `deb ${mirror()} ${suite} main`),
  ],
  explain,
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
