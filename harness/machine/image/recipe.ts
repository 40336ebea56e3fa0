import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { assets } from '../../core/assets.js';
import type { GuestName } from '../machine.js';

/** All that decides what an image holds. Two equal recipes give equal guests, up to the mirror's point releases. */
export interface Recipe {
  readonly guest: GuestName;
  readonly packages: readonly string[];
  /** Size of the root disk; sparse, so only what is written costs. */
  readonly diskBytes: number;
  /** Directory copied over the root, and the script run in it. */
  readonly rootfs: string;
  readonly customize: string;
}

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

/** Packages that only one release has. Debian 13 split the docker client off. */
const PACKAGES_OF: Record<GuestName, readonly string[]> = { trixie: ['docker-cli'], bookworm: [] };

/** The recipe of a guest's image. @param more packages beside those that every guest has */
export function recipeFor(guest: GuestName, more: readonly string[] = []): Recipe {
  const source = assets.guestSource('image');
  return {
    guest,
    packages: [...new Set([...PACKAGES, ...PACKAGES_OF[guest], ...more.toSorted()])],
    diskBytes: 12 * 1024 ** 3,
    rootfs: join(source, 'rootfs'),
    customize: join(source, 'customize.sh'),
  };
}

/** The recipe's name in the cache: a hash over everything it says and every file it copies. */
export async function recipeHash(recipe: Recipe): Promise<string> {
  const hash = createHash('sha256');
  hash.update(JSON.stringify([recipe.guest, recipe.packages, recipe.diskBytes]));
  const files = (await readdir(recipe.rootfs, { recursive: true, withFileTypes: true }))
    .filter((file) => file.isFile())
    .map((file) => join(file.parentPath, file.name))
    .sort();
  for (const file of [...files, recipe.customize]) {
    hash.update(`\0${relative(recipe.rootfs, file)}\0`);
    hash.update(await readFile(file));
  }
  return hash.digest('hex').slice(0, 16);
}
