import type { DoctorCheck } from '../doctor-check.js';
import { DEFAULT_GUEST } from '../image/guests.js';
import { nameOfNeeded } from '../needed-package.js';
import { requireArchitecture, requireReady } from '../readiness.js';
import { boxName } from './box.js';
import { isLibvirtUp } from './libvirt.js';
import { findMissingForVagrant } from './missing.js';
import { registeredBox } from './vagrant.js';

/** Refuses to drill where this host lacks something. @throws OomdrillError `ARCHITECTURE`, and what `requireReady` throws */
export async function checkVagrant(): Promise<void> {
  requireArchitecture();
  await requireReady('vagrant', await findMissingForVagrant(), 'vagrant');
}

/** Vagrant is another way to drill, and never needed: what it lacks is worth a note. */
export async function examineVagrant(): Promise<DoctorCheck[]> {
  const what = 'vagrant';
  const missing = await findMissingForVagrant();
  if (missing.length > 0) {
    const found = `--machine vagrant is not possible without ${missing.map(nameOfNeeded).join(', ')}`;
    return [{ what, state: 'note', found, fix: 'npx oomdrill setup vagrant' }];
  }
  const box = (await registeredBox(boxName(DEFAULT_GUEST)))
    ? 'the box is registered'
    : 'no box yet: the first drill packs one';
  const answers = (await isLibvirtUp())
    ? 'libvirt answers'
    : 'libvirt does not answer, and is started at the first drill';
  return [{ what, state: 'ok', found: `${answers}; ${box}` }];
}
