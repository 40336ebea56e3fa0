import { join } from 'node:path';
import t from 'tap';
import { chooseOwnGuest } from './own-flags.js';

const kernel = Buffer.alloc(0x300);
kernel.write('HdrS', 0x202);
const dir = t.testdir({ 'bzImage-6.20': kernel.toString('latin1'), vmlinux: '\x7fELF', 'my cloud.qcow2': '' });
const file = (name: string) => join(dir, name);

t.test('nothing is asked for', async (t) => {
  t.equal(chooseOwnGuest({}), undefined);
  t.equal(chooseOwnGuest({ guest: ['bookworm', 'trixie'] }), undefined);
});

t.test('an image takes the place of the guest, and results bear its name', async (t) => {
  t.match(chooseOwnGuest({ image: file('my cloud.qcow2') }), { image: file('my cloud.qcow2'), name: 'my_cloud' });
  t.match(
    chooseOwnGuest({ image: 'a.qcow2', guest: 'trixie' }),
    { name: 'a' },
    'the default of a command with one guest',
  );
  t.throws(() => chooseOwnGuest({ image: 'a.qcow2', guest: ['bookworm'] }), { code: 'IMAGE_AND_GUEST' });
});

t.test('a kernel is named next to its root', async (t) => {
  const given = { kernel: file('bzImage-6.20'), guest: ['bookworm'] };
  t.match(chooseOwnGuest(given), { name: 'bookworm+bzImage-6.20', initrd: undefined });
  t.match(chooseOwnGuest({ ...given, guest: undefined, initrd: 'initrd' }), {
    name: 'trixie+bzImage-6.20',
    initrd: /\/initrd$/,
  });
  t.match(chooseOwnGuest({ kernel: given.kernel, image: 'a.qcow2' }), { name: 'a+bzImage-6.20' });
  t.throws(() => chooseOwnGuest({ ...given, guest: ['bookworm', 'trixie'] }), { code: 'KERNEL_ONE_GUEST' });
});

t.test('a file of another kind is refused before anything starts', async (t) => {
  t.throws(() => chooseOwnGuest({ kernel: file('vmlinux') }), {
    code: 'KERNEL_INVALID',
    message: /not a kernel that QEMU can boot/,
  });
  t.throws(() => chooseOwnGuest({ kernel: file('none') }), { code: 'KERNEL_INVALID', message: /ENOENT/ });
  t.throws(() => chooseOwnGuest({ initrd: 'initrd' }), { code: 'KERNEL_MISSING' });
});
