import { execa } from 'execa';
import { findMissing, type NeededPackage } from '../needed-package.js';
import { isLibvirtUp } from './libvirt.js';
import { LIBVIRT_DAEMON, VAGRANT_PACKAGES, VAGRANT_PLUGIN } from './packages.js';

/** What a drill with Vagrant lacks on this host. */
export async function findMissingForVagrant(): Promise<readonly NeededPackage[]> {
  const missing = await findMissing(VAGRANT_PACKAGES);
  const isThere = async (needed: NeededPackage): Promise<boolean> => {
    if (needed === VAGRANT_PLUGIN) return hasOwnPlugin();
    return needed === LIBVIRT_DAEMON && (await isLibvirtUp().catch(() => false));
  };
  const found = await Promise.all(missing.map(isThere));
  return missing.filter((_, index) => !found[index]);
}

/** Installed by `vagrant plugin install`, for this user. */
async function hasOwnPlugin(): Promise<boolean> {
  const { stdout } = await execa('vagrant', ['plugin', 'list'], { reject: false });
  return /vagrant-libvirt/.test(stdout ?? '');
}
