import { z } from 'zod';
import { virtioPort } from '../guest-paths.js';
import type { Resource } from '../ledger-pages.js';
import type { Leftover } from '../provider.js';
import { POOL, runVirsh, waitForIdleLibvirt } from './libvirt.js';

/** The network that the Vagrantfile asks for; libvirt has one, whatever number of guests is on it. */
export const NETWORK = 'oomdrill';

/** Every domain of ours bears this, so that none of the user's is ever touched. */
export const DOMAIN_PREFIX = 'oomdrill-';

/** Its form: what tells two runs apart, and the only machine of the Vagrantfile. */
const DOMAIN_NAME = new RegExp(`^${DOMAIN_PREFIX}[0-9a-f]+-default$`);

/** Volumes of such domains, and those of our boxes, which Vagrant names so. */
const OUR_VOLUME = new RegExp(`^${DOMAIN_PREFIX}(?:[0-9a-f]+-default|VAGRANTSLASH-)`);

/** A domain of libvirt, with its disks, snapshots and network, as the ledger has it. */
const domainSchema = z.object({ kind: z.literal('domain'), name: z.string() });

/** What `reap` does with a domain that a killed run left. */
export function domainLeftover(resource: Resource): Leftover {
  const { name } = domainSchema.parse(resource);
  return {
    name: `domain ${name}`,
    async remove() {
      if (!DOMAIN_NAME.test(name)) throw new Error('it does not have the name of a domain of ours');
      return removeDomain(name);
    },
  };
}

const ignore = () => '';

/**
 * Removes a domain with its disks and snapshots; and, when it was the last on our network, that and the box's volume. What is
 * not there is skipped; what libvirt is still making for a client that was killed is waited for.
 *
 * @returns whether it was there
 * @throws OomdrillError `LIBVIRT_BUSY`
 */
export async function removeDomain(name: string): Promise<boolean> {
  const wasThere = await removeNow(name);
  await waitForIdleLibvirt();
  return (await removeNow(name)) || wasThere;
}

async function removeNow(name: string): Promise<boolean> {
  const xml = await runVirsh('dumpxml', name).catch(ignore);
  if (xml !== '' && !xml.includes(virtioPort('samples')))
    throw new Error('it does not have the channel of a domain of ours');
  await runVirsh('destroy', name).catch(ignore);
  await runVirsh('undefine', name, '--snapshots-metadata', '--managed-save', '--remove-all-storage').catch(ignore);
  const domains = (await runVirsh('list', '--all', '--name')).split('\n');
  // Whatever called this reports a domain that could not be undefined.
  if (domains.includes(name)) throw new Error(`libvirt still has the domain ${name}`);
  // Another run's, or one of the user's by `vagrant up`: it uses the same network and the same box volume.
  const others = await Promise.all(domains.filter(Boolean).map((domain) => runVirsh('dumpxml', domain).catch(ignore)));
  if (others.some((xml) => xml.includes(`network='${NETWORK}'`))) return xml !== '';
  await runVirsh('net-destroy', NETWORK).catch(ignore);
  await runVirsh('net-undefine', NETWORK).catch(ignore);
  const volumes = (await runVirsh('vol-list', POOL).catch(ignore))
    .split('\n')
    .map((line) => line.trim().split(/\s+/)[0] ?? '');
  for (const volume of volumes.filter((volume) => OUR_VOLUME.test(volume))) {
    await runVirsh('vol-delete', volume, '--pool', POOL).catch(ignore);
  }
  return xml !== '';
}
