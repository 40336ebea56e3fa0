import { execa } from 'execa';
import { type DoctorCheck, onPath } from '../doctor-check.js';
import { DEFAULT_GUEST } from '../image/guests.js';
import { boxName } from './box.js';
import { isLibvirtUp } from './libvirt.js';
import { registeredBox } from './vagrant.js';

/** Vagrant is another way to drill, and never needed: what it lacks is worth a note. */
export async function examineVagrant(): Promise<DoctorCheck[]> {
  return [await lookAtVagrant()];
}

async function lookAtVagrant(): Promise<DoctorCheck> {
  const what = 'vagrant';
  const fix = './setup vagrant';
  if (!(await onPath('vagrant')))
    return { what, state: 'note', found: 'not installed: --machine vagrant is not possible', fix };
  if (!(await hasLibvirtProvider())) return { what, state: 'note', found: 'its libvirt provider is missing', fix };
  if (!(await onPath('virsh')))
    return { what, state: 'note', found: 'virsh is missing', fix: 'apt-get install libvirt-clients' };
  const box = (await registeredBox(boxName(DEFAULT_GUEST)))
    ? 'the box is registered'
    : 'no box yet: the first drill packs one';
  const answers = (await isLibvirtUp())
    ? 'libvirt answers'
    : 'libvirt does not answer, and is started at the first drill';
  return { what, state: 'ok', found: `${answers}; ${box}` };
}

/** Of Debian's package, or installed as Vagrant's own plug-in. */
async function hasLibvirtProvider(): Promise<boolean> {
  const packaged = await execa('dpkg-query', ['-W', 'vagrant-libvirt'], { reject: false });
  const listed = packaged.failed ? await execa('vagrant', ['plugin', 'list'], { reject: false }) : packaged;
  return /vagrant-libvirt/.test(String(listed.stdout));
}
