import { formatBytes } from '../../core/bytes.js';
import { messageOf } from '../../core/errors.js';
import { canOpenKvm, readKnownAccelerator } from '../accelerator.js';
import type { DoctorCheck } from '../doctor-check.js';
import { listStored } from '../image/store.js';
import { findMissing, lookForPackages } from '../needed-package.js';
import { requireArchitecture, requireReady } from '../readiness.js';
import { QEMU_PACKAGES } from './packages.js';

/** Refuses to drill where this host lacks something. @throws OomdrillError `ARCHITECTURE`, and what `requireReady` throws */
export async function checkQemu(): Promise<void> {
  requireArchitecture();
  await requireReady('qemu', await findMissing(QEMU_PACKAGES));
}

/** Looks at what an embedded VM needs of this host. */
export async function examineQemu(): Promise<DoctorCheck[]> {
  return [
    ...lookAtArchitecture(),
    ...(await lookForPackages(QEMU_PACKAGES)),
    await lookAtAccelerator(),
    ...(await lookAtImages()),
  ];
}

function lookAtArchitecture(): DoctorCheck[] {
  try {
    requireArchitecture();
    return [];
  } catch (thrown) {
    return [{ what: 'architecture', state: 'missing', found: messageOf(thrown), fix: 'drill on an amd64 machine' }];
  }
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
