import { z } from 'zod';
import type { Resource } from '../ledger.js';
import type { Leftover } from '../provider.js';
import { POOL, runVirsh, waitForIdleLibvirt } from './libvirt.js';

/** The network that the Vagrantfile asks for; libvirt has one, whatever number of guests is on it. */
export const NETWORK = 'oomdrill';

/** Every domain of ours bears this, so that none of the user's is ever touched. */
export const DOMAIN_PREFIX = 'oomdrill-';

/** A domain of libvirt, with its disks, snapshots and network, as the ledger has it. */
const domainSchema = z.object({ kind: z.literal('domain'), name: z.string() });

/** What `reap` does with a domain that a killed run left. */
export function domainLeftover(resource: Resource): Leftover {
  const { name } = domainSchema.parse(resource);
  return {
    name: `domain ${name}`,
    async remove() {
      await removeDomain(name);
      return true;
    },
  };
}

const ignore = () => '';

/**
 * Removes a domain with its disks and snapshots; and, when it was the last on our network, that and the box's volume. What is
 * not there is skipped; what libvirt is still making for a client that was killed is waited for.
 *
 * @throws OomdrillError `LIBVIRT_BUSY`
 */
export async function removeDomain(name: string): Promise<void> {
  await removeNow(name);
  await waitForIdleLibvirt();
  await removeNow(name);
}

async function removeNow(name: string): Promise<void> {
  await runVirsh('destroy', name).catch(ignore);
  await runVirsh('undefine', name, '--snapshots-metadata', '--managed-save', '--remove-all-storage').catch(ignore);
  const domains = (await runVirsh('list', '--all', '--name')).split('\n');
  // Whatever called this reports a domain that could not be undefined.
  if (domains.includes(name)) throw new Error(`libvirt still has the domain ${name}`);
  // Another run's, or one of the user's by `vagrant up`: it uses the same network and the same box volume.
  const others = await Promise.all(domains.filter(Boolean).map((domain) => runVirsh('dumpxml', domain).catch(ignore)));
  if (others.some((xml) => xml.includes(`network='${NETWORK}'`))) return;
  await runVirsh('net-destroy', NETWORK).catch(ignore);
  await runVirsh('net-undefine', NETWORK).catch(ignore);
  const volumes = (await runVirsh('vol-list', POOL).catch(ignore))
    .split('\n')
    .map((line) => line.trim().split(/\s+/)[0] ?? '');
  for (const volume of volumes.filter((volume) => volume.startsWith(DOMAIN_PREFIX))) {
    await runVirsh('vol-delete', volume, '--pool', POOL).catch(ignore);
  }
}
