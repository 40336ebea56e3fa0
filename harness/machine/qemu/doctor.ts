import { formatBytes } from '../../core/bytes.js';
import { canOpenKvm, readKnownAccelerator } from '../accelerator.js';
import { type DoctorCheck, lookForPrograms, type NeededProgram } from '../doctor-check.js';
import { listStored } from '../image/store.js';

/** Programs that an embedded VM and its image need; `setup` installs the same. */
export const QEMU_PROGRAMS: readonly NeededProgram[] = [
  { program: 'qemu-system-x86_64', package: 'qemu-system-x86' },
  { program: 'qemu-img', package: 'qemu-utils' },
  { program: 'mmdebstrap', package: 'mmdebstrap' },
  { program: 'mke2fs', package: 'e2fsprogs' },
];

/** Looks at what an embedded VM needs of this host. */
export async function examineQemu(): Promise<DoctorCheck[]> {
  return [...(await lookForPrograms(QEMU_PROGRAMS)), await lookAtAccelerator(), ...(await lookAtImages())];
}

async function lookAtAccelerator(): Promise<DoctorCheck> {
  const what = 'accelerator';
  const known = await readKnownAccelerator().catch(() => undefined);
  if (known) {
    const { name, why } = known;
    return { what, state: name === 'kvm' ? 'ok' : 'note', found: `${name}: ${why}`, accelerator: name };
  }
  const found = canOpenKvm()
    ? '/dev/kvm opens; whether it runs a guest is tried at the first drill'
    : 'tcg (emulation, about ten times slower): /dev/kvm is not there or may not be opened';
  return { what, state: 'note', found };
}

async function lookAtImages(): Promise<DoctorCheck[]> {
  // A cache that cannot be read is reported with the disk.
  const images = (await listStored().catch(() => [])).filter(({ kind }) => kind === 'image');
  if (images.length === 0) return [{ what: 'images', state: 'note', found: 'none yet; the first drill builds one' }];
  return images.map(({ name, bytes, whole }) => {
    const what = `image ${name}`;
    if (whole) return { what, state: 'ok', found: formatBytes(bytes) };
    const found = 'it is damaged, or of an older recipe, and will be rebuilt';
    return { what, state: 'note', found, fix: 'oomdrill image rm all' };
  });
}
