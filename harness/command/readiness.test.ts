import { join } from 'node:path';
import t from 'tap';
import { runCommandLine } from '../testing/command-line.js';

const { PATH = '' } = process.env;
const dir = t.testdir({ bin: {}, state: {}, cache: {} });
process.env.OOMDRILL_STATE = join(dir, 'state');
process.env.OOMDRILL_CACHE = join(dir, 'cache');
process.env.PATH = join(dir, 'bin');
t.teardown(() => {
  process.env.PATH = PATH;
});

const out = ['--out', join(dir, 'reports')];
const host = ['--machine', 'ssh', '--host', 'root@scratch.example', '--allow-destructive'];

/** Command lines, and what each lacks where nothing is installed but what stands in sbin. */
const CASES: readonly (readonly [args: readonly string[], message: RegExp, hint: string])[] = [
  [
    ['run', 'runaway-past-max', ...out],
    /^A drill with --machine qemu needs what is not installed: qemu-system-x86_64, mmdebstrap, .*qemu-img, ssh, .*tar\.$/,
    'Run `npx oomdrill setup`.',
  ],
  [
    ['run', 'runaway-past-max', '--machine', 'vagrant', ...out],
    /^A drill with --machine vagrant needs what is not installed: vagrant, .*virsh, .*mmdebstrap, .*ssh/,
    'Run `npx oomdrill setup vagrant`.',
  ],
  [['map', 'devvm', ...out], /--machine qemu needs what is not installed: qemu/, 'Run `npx oomdrill setup`.'],
  [['run', 'runaway-past-max', ...host, ...out], /--machine ssh needs .* ssh, ssh-keygen/, 'Run `npx oomdrill setup`.'],
  [['image', 'build'], /^Building an image needs what is not installed: mmdebstrap/, 'Run `npx oomdrill setup`.'],
];

for (const [args, message, hint] of CASES) {
  t.test(`${args.slice(0, 4).join(' ')} names what is not installed, before anything is started`, async (t) => {
    const { stdout, stderr, exitCode } = await runCommandLine([...args, '--json', '-']);
    t.equal(exitCode, 2, stderr);
    t.match(JSON.parse(stdout), { error: { code: 'PROGRAMS_MISSING', message, hint } });
    t.notMatch(stderr, /drill runaway|booting|connecting/);
  });
}
