import { existsSync } from 'node:fs';
import { access, constants, statfs } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { execa } from 'execa';
import { assets } from '../core/assets.js';
import { formatBytes } from '../core/bytes.js';
import { messageOf } from '../core/errors.js';
import { chooseScale } from '../drill/scale.js';
import { canOpenKvm, knownAccelerator } from '../machine/accelerator.js';
import { listStored } from '../machine/image/store.js';
import { readLedger } from '../machine/ledger.js';
import { cacheDir } from '../machine/places.js';
import { boxName } from '../machine/vagrant/box.js';
import { libvirtAnswers } from '../machine/vagrant/libvirt.js';
import { registeredBox } from '../machine/vagrant/vagrant.js';
import { hostFacts } from '../observe/host.js';

/** One thing that was looked at. `note` is worth knowing and stops nothing. */
export interface Finding {
  readonly what: string;
  readonly state: 'ok' | 'note' | 'missing';
  readonly found: string;
  /** The command that mends it. */
  readonly mend?: string;
}

/** Commands that a drill on an embedded VM needs, and the Debian package that has each. */
const COMMANDS: readonly (readonly [string, string])[] = [
  ['qemu-system-x86_64', 'qemu-system-x86'],
  ['qemu-img', 'qemu-utils'],
  ['mmdebstrap', 'mmdebstrap'],
  ['mke2fs', 'e2fsprogs'],
  ['ssh', 'openssh-client'],
  ['ssh-keygen', 'openssh-client'],
  ['setpriv', 'util-linux'],
  ['flock', 'util-linux'],
  ['tar', 'tar'],
];

/** The incident's host: the largest that the scenarios here stand for. */
const USUAL_HOST_BYTES = 24 * 1024 ** 3;

/** While it is built, an image takes this much. */
const IMAGE_BYTES = 4 * 1024 ** 3;

/** Looks at everything a drill needs of this host. Starts nothing and changes nothing. */
export async function examine(): Promise<Finding[]> {
  return [
    ...(await Promise.all(COMMANDS.map(lookForCommand))),
    await lookForRoot(),
    lookForPrograms(),
    await lookAtAccelerator(),
    await lookAtMemory(),
    await lookAtDisk(),
    ...(await lookAtImages()),
    await lookAtVagrant(),
    await lookForChromium(),
    await lookForLeftovers(),
  ];
}

async function onPath(command: string): Promise<string | undefined> {
  // mke2fs and its like stand in sbin, which a plain user's PATH may lack.
  const dirs = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin'];
  for (const dir of dirs) {
    const path = join(dir, command);
    const found = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (found) return path;
  }
  return undefined;
}

async function lookForCommand([command, pkg]: readonly [string, string]): Promise<Finding> {
  const path = await onPath(command);
  return path
    ? { what: command, state: 'ok', found: path }
    : { what: command, state: 'missing', found: 'it is not installed', mend: `apt-get install ${pkg}` };
}

/** Only `report --png` draws with it. */
async function lookForChromium(): Promise<Finding> {
  const path = await onPath('chromium');
  return path
    ? { what: 'chromium', state: 'ok', found: path }
    : {
        what: 'chromium',
        state: 'note',
        found: 'it is not installed; only report --png needs it',
        mend: 'apt-get install chromium',
      };
}

async function lookForRoot(): Promise<Finding> {
  if (process.getuid?.() === 0) return { what: 'root', state: 'ok', found: 'we are root' };
  const sudo = await onPath('sudo');
  return sudo
    ? { what: 'root', state: 'ok', found: `through ${sudo}, for building images only` }
    : {
        what: 'root',
        state: 'missing',
        found: 'we are not root and there is no sudo, which building an image needs',
        mend: 'run as root, or install sudo',
      };
}

function lookForPrograms(): Finding {
  const missing = ['oomdrill-hog', 'oomdrill-sampler', 't3'].filter((name) => !existsSync(assets.guestProgram(name)));
  return missing.length === 0
    ? { what: "the guest's programs", state: 'ok', found: dirname(assets.guestProgram('t3')) }
    : {
        what: "the guest's programs",
        state: 'missing',
        found: `not built: ${missing.join(', ')}`,
        mend: 'npm run build',
      };
}

async function lookAtAccelerator(): Promise<Finding> {
  const what = 'accelerator';
  const known = await knownAccelerator().catch(() => undefined);
  if (known) return { what, state: known.name === 'kvm' ? 'ok' : 'note', found: `${known.name}: ${known.why}` };
  return canOpenKvm()
    ? { what, state: 'note', found: '/dev/kvm opens; whether it runs a guest is tried at the first drill' }
    : {
        what,
        state: 'note',
        found: 'tcg (emulation, about ten times slower): /dev/kvm is not there or may not be opened',
      };
}

async function lookAtMemory(): Promise<Finding> {
  const { availableBytes } = await hostFacts();
  try {
    const scale = chooseScale('auto', USUAL_HOST_BYTES, availableBytes);
    return {
      what: 'memory',
      state: 'ok',
      found: `${formatBytes(availableBytes)} free: a 24G host is drilled at scale 1/${scale}`,
    };
  } catch (thrown) {
    return { what: 'memory', state: 'missing', found: messageOf(thrown), mend: 'free some memory, about 2.5G' };
  }
}

async function lookAtDisk(): Promise<Finding> {
  let dir = cacheDir();
  while (!existsSync(dir)) dir = dirname(dir);
  const { bavail, bsize } = await statfs(dir);
  const free = bavail * bsize;
  const found = `${formatBytes(free)} free at ${cacheDir()}`;
  return free >= IMAGE_BYTES
    ? { what: 'disk', state: 'ok', found }
    : {
        what: 'disk',
        state: 'note',
        found: `${found}, and building an image takes 4G`,
        mend: 'make room, or set XDG_CACHE_HOME to a larger disk',
      };
}

async function lookAtImages(): Promise<Finding[]> {
  const images = (await listStored()).filter(({ kind }) => kind === 'image');
  if (images.length === 0) return [{ what: 'images', state: 'note', found: 'none yet; the first drill builds one' }];
  return images.map(({ name, bytes, whole }) =>
    whole
      ? { what: `image ${name}`, state: 'ok', found: formatBytes(bytes) }
      : {
          what: `image ${name}`,
          state: 'note',
          found: 'it is damaged, or of an older recipe, and will be rebuilt',
          mend: 'oomdrill image rm all',
        },
  );
}

/** Vagrant is another way to drill, and never needed: what it lacks is worth a note. */
async function lookAtVagrant(): Promise<Finding> {
  const what = 'vagrant';
  const mend = './setup vagrant';
  if (!(await onPath('vagrant')))
    return { what, state: 'note', found: 'not installed: --machine vagrant is not possible', mend };
  const plugin = await execa('dpkg-query', ['-W', 'vagrant-libvirt'], { reject: false });
  const plugins = plugin.failed ? await execa('vagrant', ['plugin', 'list'], { reject: false }) : plugin;
  if (!/vagrant-libvirt/.test(String(plugins.stdout)))
    return { what, state: 'note', found: 'its libvirt provider is missing', mend };
  if (!(await onPath('virsh')))
    return { what, state: 'note', found: 'virsh is missing', mend: 'apt-get install libvirt-clients' };
  const box = (await registeredBox(boxName('trixie')))
    ? 'the box is registered'
    : 'no box yet: the first drill packs one';
  const answers = (await libvirtAnswers())
    ? 'libvirt answers'
    : 'libvirt does not answer, and is started at the first drill';
  return { what, state: 'ok', found: `${answers}; ${box}` };
}

async function lookForLeftovers(): Promise<Finding> {
  const pages = await readLedger();
  return pages.length === 0
    ? { what: 'leftovers', state: 'ok', found: 'none' }
    : {
        what: 'leftovers',
        state: 'note',
        found: `${pages.length} run(s) in the ledger, living or killed`,
        mend: 'oomdrill reap',
      };
}
