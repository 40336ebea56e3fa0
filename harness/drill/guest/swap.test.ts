import t from 'tap';
import type { GuestShell } from '../../machine/machine.js';
import { installSwap, proveSwap } from './swap.js';

const { signal } = new AbortController();

/** A guest that answers this to every command, and keeps what it was asked. */
function guestThat(answer: { readonly stdout?: string; readonly stderr?: string; readonly exitCode?: number }) {
  const asked: string[] = [];
  const exec: GuestShell['exec'] = async (command) => {
    asked.push(command.join(' '));
    return { exitCode: 0, stdout: '', stderr: '', ...answer };
  };
  return { asked, exec } as GuestShell & { asked: string[] };
}

const HEAD = 'Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n';
// 512 MiB, as /proc/swaps of Linux 6.12 shows them: the header's page is missing.
const ZRAM = `${HEAD}/dev/zram0                              partition\t524284\t\t0\t\t100\n/sys/block/zram0/comp_algorithm: lzo-rle [lz4] zstd\n`;
const FILE = `${HEAD}/swapfile                               file\t\t524284\t\t0\t\t-2\n`;
const ZSWAP = (state: string) => `/sys/module/zswap/parameters/enabled: ${state}\n`;

t.test('a host without swap gets none, each kind is made as its tools make it', async (t) => {
  const none = guestThat({});
  await installSwap(none, { swap: '0' }, signal);
  t.same(none.asked, []);
  for (const [swapKind, said] of [
    [undefined, /fallocate .*swapon \/swapfile sh 536870912$/],
    ['file', /fallocate .*swapon \/swapfile/],
    ['zram', /modprobe zram .*zram0\/disksize .*swapon --discard --priority 100 \/dev\/zram0/],
    ['zswap', /echo Y >.*zswap.*fallocate/],
  ] as const) {
    const guest = guestThat({});
    await installSwap(guest, { swap: '512M', swapKind }, signal);
    t.match(guest.asked, [said]);
  }
  const without = guestThat({
    exitCode: 1,
    stderr: 'modprobe: FATAL: Module zram not found in directory /lib/modules/1',
  });
  await t.rejects(installSwap(without, { swap: '512M', swapKind: 'zram' }, signal), {
    code: 'SWAP',
    message: /^Could not add 512M of swap in compressed memory \(zram\) in the guest: modprobe: FATAL/,
    hint: /`zram`/,
  });
});

t.test('the swap that is in effect is proved, of every kind', async (t) => {
  const prove = (stdout: string, host: Parameters<typeof proveSwap>[1]) =>
    proveSwap(guestThat({ stdout }), host, signal);
  t.same(await prove(HEAD, { swap: '0' }), [{ what: '/proc/swaps', wanted: 'nothing', found: 'nothing', ok: true }]);
  t.match(await prove(FILE + ZSWAP('N'), { swap: '512M' }), [
    { found: '/swapfile of 512M', ok: true },
    { what: 'zswap', found: 'N' },
  ]);
  t.match(await prove(ZRAM, { swap: '512M', swapKind: 'zram' }), [
    { wanted: '/dev/zram0 of 512M', ok: true },
    { what: 'compressor of zram0', found: 'lz4' },
    { what: 'zswap', found: 'nothing' },
  ]);
  t.match(await prove(FILE + ZSWAP('Y'), { swap: '512M', swapKind: 'zswap' }), [
    { ok: true },
    { what: 'zswap', wanted: 'Y', found: 'Y' },
  ]);
});

t.test('another swap than that of the bundle ends the drill, in words', async (t) => {
  for (const [seen, host, words] of [
    [ZRAM, { swap: '0' }, '/proc/swaps is /dev/zram0 of 512M, not nothing'],
    [HEAD, { swap: '512M' }, '/proc/swaps is nothing, not /swapfile of 512M'],
    [FILE, { swap: '1G' }, '/proc/swaps is /swapfile of 512M, not /swapfile of 1G'],
    [FILE, { swap: '512M', swapKind: 'zram' }, '/proc/swaps is /swapfile of 512M, not /dev/zram0 of 512M'],
    [ZRAM + FILE.slice(HEAD.length), { swap: '512M', swapKind: 'zram' }, '/dev/zram0 of 512M and /swapfile of 512M'],
    [FILE + ZSWAP('N'), { swap: '512M', swapKind: 'zswap' }, 'zswap is N, not Y'],
    [FILE, { swap: '512M', swapKind: 'zswap' }, 'zswap is nothing, not Y'],
    [FILE + ZSWAP('Y'), { swap: '512M' }, 'zswap is Y, not N'],
  ] as const)
    await t.rejects(
      proveSwap(guestThat({ stdout: seen }), host, signal),
      { code: 'SWAP_NOT_IN_EFFECT', message: new RegExp(words.replaceAll('/', '\\/')) },
      words,
    );
});
