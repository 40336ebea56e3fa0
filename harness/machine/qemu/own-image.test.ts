import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import t from 'tap';
import { EMULATION } from '../accelerator.js';
import { Ledger } from '../ledger.js';
import { qemuArgs } from './args.js';
import { ensureOwnImage, refusalIn, refuseForeign } from './own-image.js';

const dir = t.testdir({ 'text.qcow2': 'no image at all\n' });
process.env.OOMDRILL_CACHE = join(dir, 'cache');
process.env.OOMDRILL_STATE = join(dir, 'state');

const adopt = async (name: string) => {
  const context = { ledger: await Ledger.open(), progress: () => {}, signal: AbortSignal.timeout(60_000) };
  return ensureOwnImage(join(dir, name), EMULATION, context);
};

t.test('a file of another kind is refused before anything boots', async (t) => {
  await t.rejects(adopt('none.qcow2'), { code: 'IMAGE_INVALID', message: /cannot be read: ENOENT/ });
  await t.rejects(adopt('text.qcow2'), {
    code: 'IMAGE_INVALID',
    message: /it is not a qcow2 \(to qemu-img it is "raw"\)/,
  });
  await execa('qemu-img', ['create', '-q', '-f', 'qcow2', join(dir, 'base.qcow2'), '1M']);
  await execa('qemu-img', ['create', '-q', '-f', 'qcow2', '-F', 'qcow2', '-b', 'base.qcow2', join(dir, 'over.qcow2')]);
  await t.rejects(adopt('over.qcow2'), { code: 'IMAGE_INVALID', message: /it rests on another file, base\.qcow2/ });
});

t.test('an image of another architecture is named by its boot loader', async (t) => {
  const raw = Buffer.alloc(1 << 20);
  raw.write('BOOTAA64EFI', 0x8000);
  t.throws(() => refuseForeign('arm.qcow2', raw), {
    code: 'IMAGE_ARCHITECTURE',
    message: /is for aarch64, and guests/,
  });
  await writeFile(join(dir, 'arm.raw'), raw);
  await execa('qemu-img', ['convert', '-f', 'raw', '-O', 'qcow2', join(dir, 'arm.raw'), join(dir, 'arm.qcow2')]);
  await t.rejects(adopt('arm.qcow2'), { code: 'IMAGE_ARCHITECTURE' });
  raw.write('BOOTX64 EFI', 0x9000);
  t.doesNotThrow(() => refuseForeign('both.qcow2', raw), 'one that boots here, too');
});

t.test('what its first boot refuses has a code and a sentence', async (t) => {
  t.equal(refusalIn('Booting...\r\noomdrill-image: ready\r\n', 'a'), undefined);
  t.match(refusalIn('x\r\noomdrill-image: refused IMAGE_NO_SYSTEMD its first process is not systemd\r\n', 'a'), {
    code: 'IMAGE_NO_SYSTEMD',
    message: 'a cannot be a guest: its first process is not systemd.',
  });
});

t.test(
  "its first boot is by its own boot loader, and the later ones by its kernel and that kernel's root",
  async (t) => {
    const plan = { accelerator: EMULATION, memoryBytes: 1 << 30, cpus: 2, kernel: '/k', disk: '/d', workDir: '/w' };
    const first = qemuArgs({ ...plan, seed: '/w/se,ed' }).join(' ');
    t.notMatch(first, /-kernel|-append/);
    t.match(first, /driver=vvfat,dir=\/w\/se,,ed,label=cidata,read-only=on .*drive=seed,bootindex=2/);
    const later = qemuArgs({ ...plan, initrd: '/i', commandLine: 'root=LABEL=cloud ro' }).join(' ');
    t.match(later, /-kernel \/k -initrd \/i -append root=LABEL=cloud ro clearcpuid=141 -drive file=\/d/);
    t.match(
      qemuArgs(plan).join(' '),
      /-kernel \/k -append root=\/dev\/vda rw .* psi=1 /,
      'a kernel that needs no initrd',
    );
  },
);

t.test('a kernel does without the instruction that is emulated wrongly, and only where it is emulated', (t) => {
  const plan = { memoryBytes: 1 << 30, cpus: 2, kernel: '/k', disk: '/d', workDir: '/w', commandLine: 'root=/dev/vda' };
  const appended = (name: 'kvm' | 'tcg') => {
    const args = qemuArgs({ ...plan, accelerator: { ...EMULATION, name } });
    return args[args.indexOf('-append') + 1];
  };
  t.equal(appended('tcg'), 'root=/dev/vda clearcpuid=141');
  t.equal(appended('kvm'), 'root=/dev/vda');
  t.end();
});

t.test('an emulated guest boots with one thread, and is drilled with one for each CPU', (t) => {
  const plan = { memoryBytes: 1 << 30, cpus: 2, kernel: '/k', disk: '/d', workDir: '/w' };
  const incoming = { state: '/s', isWithoutMemory: false };
  const accelOf = (name: 'kvm' | 'tcg', more = {}) => {
    const args = qemuArgs({ ...plan, accelerator: { ...EMULATION, name }, ...more });
    return args[args.indexOf('-accel') + 1];
  };
  t.equal(accelOf('tcg'), 'tcg,thread=single');
  t.equal(accelOf('tcg', { incoming }), 'tcg,thread=multi');
  t.equal(accelOf('kvm'), 'kvm');
  t.equal(accelOf('kvm', { incoming }), 'kvm');
  t.end();
});
