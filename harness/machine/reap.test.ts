import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { execa } from 'execa';
import t, { type Test } from 'tap';
import { leaveWorkDir, writePage } from '../testing/ledger-page.js';
import { Ledger } from './ledger.js';
import { ledgerDir } from './ledger-dir.js';
import { type Resource, readLedger } from './ledger-pages.js';
import { identifyOwner } from './owner.js';
import { identify, isAlive, type ProcessIdentity } from './process.js';
import { MACHINES } from './providers.js';
import { reap } from './reap.js';
import { removeWorkDir, WORK_DIR_MARKER } from './work-dir-removal.js';
import { makeWorkDir } from './workdir.js';

const isRoot = process.getuid?.() === 0;
const onlyRoot = isRoot ? {} : { skip: 'only root may do that' };

t.beforeEach((t) => {
  process.env.OOMDRILL_STATE = join(t.testdir({}), 'state');
  process.env.OOMDRILL_CACHE = join(t.testdirName, 'cache');
});

/** A process that goes on until it is killed, with the arguments of a QEMU of ours, or others. */
async function startProcess(t: Test, ...args: string[]): Promise<ProcessIdentity & { child: ChildProcess }> {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e6)', ...args], { stdio: 'ignore' });
  t.teardown(() => child.kill('SIGKILL'));
  await once(child, 'spawn');
  const identity = await identify(child.pid ?? 0);
  if (!identity) throw new Error('the process is not there');
  return { ...identity, child };
}

const OF_OURS = 'virtserialport,chardev=samples,name=org.oomdrill.samples,nr=2';

t.test('what a dead owner left is removed, and only that', async (t) => {
  const { child, ...identity } = await startProcess(t, OF_OURS);
  const left = leaveWorkDir(t.testdirName);
  await writePage([
    { kind: 'dir', path: left },
    { kind: 'process', what: 'qemu', identity },
  ]);
  // The same PID, but another process.
  await writePage([{ kind: 'process', what: 'qemu', identity: { pid: process.pid, startTicks: '1' } }]);
  t.same(await reap(), {
    removed: [`process ${identity.pid} (qemu)`, `directory ${left}`],
    failed: [],
    stillRunning: 0,
    leftAlone: [],
  });
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  t.equal(child.signalCode, 'SIGKILL');
  t.notOk(existsSync(left));
  t.same(await readLedger(), { pages: [], unreadable: [] });
});

t.test("what is not of oomdrill's own form is refused and named, whatever the page says", async (t) => {
  const outside = t.testdir({
    'oomdrill-1-0000000000aa': { 'a file of the user': '' },
    'oomdrill-1-0000000000bb': { [WORK_DIR_MARKER]: '' },
    'oomdrill-1-0000000000cc': '',
    data: { precious: '' },
    state: {},
  });
  chmodSync(join(outside, 'oomdrill-1-0000000000bb'), 0o777);
  const work = leaveWorkDir(outside, 'oomdrill-1-0000000000dd');
  symlinkSync(work, join(outside, 'oomdrill-1-0000000000ee'));
  const foreign = await startProcess(t);
  const dirs: [path: string, why: RegExp][] = [
    ['/', /name/],
    ['/home/x', /name/],
    ['..', /name/],
    ['', /name/],
    [`${work}/..`, /name/],
    [`${work}/../${basename(work)}`, /name/],
    [`${work}/`, /name/],
    [`${outside}/\u0000/${basename(work)}`, /null bytes/],
    [join(outside, 'data'), /name/],
    [basename(work), /name/],
    [join(outside, 'oomdrill-1-0000000000aa'), /is not in it/],
    [join(outside, 'oomdrill-1-0000000000bb'), /other users/],
    [join(outside, 'oomdrill-1-0000000000cc'), /not a directory/],
    [join(outside, 'oomdrill-1-0000000000ee'), /not a directory/],
  ];
  const { child: _, ...identity } = foreign;
  const others: [resource: object, why: RegExp][] = [
    [{ kind: 'process', what: 'qemu', identity }, /it is not a QEMU of ours/],
    [{ kind: 'process', what: 'qemu', identity: { pid: -1, startTicks: '1' } }, /cannot be read/],
    [{ kind: 'process', what: 'qemu', identity: { pid: 0, startTicks: '1' } }, /cannot be read/],
    [{ kind: 'dir', path: 7 }, /cannot be read/],
    [{ kind: 'domain', name: 'my-database' }, /does not have the name of a domain of ours/],
    [{ kind: 'domain', name: '--all' }, /does not have the name of a domain of ours/],
    [{ kind: 'domain', name: 'oomdrill-1-default\n' }, /does not have the name of a domain of ours/],
    [{ kind: 'borrowed-host', target: { user: 'root', host: '-oProxyCommand=touch /x' } }, /cannot be read/],
    [{ kind: 'borrowed-host', target: { user: '-oProxyCommand=x', host: 'h' } }, /cannot be read/],
    [{ kind: 'toString' }, /does not know it/],
  ];
  const cases = [...dirs.map(([path, why]) => [{ kind: 'dir', path }, why] as const), ...others];
  const before = readdirSync(outside, { recursive: true }).sort();
  for (const [resource, why] of cases) {
    const file = await writePage([resource], undefined, 'hostile');
    const { removed, failed } = await reap();
    t.same(removed, [], JSON.stringify(resource));
    t.equal(failed.length, 1);
    t.match(failed[0], why, JSON.stringify(resource));
    t.match(failed[0], `(to forget it: rm ${file})`);
    t.ok(existsSync(file), 'not forgotten');
  }
  t.same(
    readdirSync(outside, { recursive: true })
      .filter((name) => !String(name).startsWith('state'))
      .sort(),
    before.filter((name) => !String(name).startsWith('state')),
    'all is as it was',
  );
  t.ok(await isAlive(foreign));
});

t.test('what a kind of machine left is removed by that kind alone', async (t) => {
  const file = await writePage([{ kind: 'microvm', id: 7 }, { kind: 'domain' }], undefined, 'd');
  const { removed, failed } = await reap();
  t.same(removed, []);
  t.match(failed, [/^a thing of kind "domain": what the ledger says/, /^a thing of kind "microvm": this version/]);
  t.ok(existsSync(file), 'not forgotten');
  await writePage([{ kind: 'microvm', id: 7 }], undefined, 'd');
  const [qemu] = MACHINES;
  if (!qemu) throw new Error('there is no kind of machine');
  const microvm = async ({ id }: Resource) => ({ name: `microvm ${id}`, remove: async () => true });
  t.same(await reap([{ ...qemu, leftovers: { microvm } }]), {
    removed: ['microvm 7'],
    failed: [],
    stillRunning: 0,
    leftAlone: [],
  });
  t.notOk(existsSync(file));
});

t.test("another user's directory", onlyRoot, async (t) => {
  const left = leaveWorkDir(t.testdirName);
  chownSync(left, 12_345, 12_345);
  await writePage([{ kind: 'dir', path: left }]);
  t.match(await reap(), { removed: [], failed: [/it belongs to user 12345/] });
  t.ok(existsSync(join(left, 'disk.qcow2')));
});

t.test('no link leads out of a directory that is removed', async (t) => {
  const outside = t.testdir({ data: { precious: 'x' } });
  const left = leaveWorkDir(outside);
  symlinkSync(join(outside, 'data'), join(left, 'link'));
  symlinkSync(join(outside, 'data'), join(left, 'vagrant', 'link'));
  t.ok(await removeWorkDir(left));
  t.notOk(existsSync(left));
  t.equal(readFileSync(join(outside, 'data', 'precious'), 'utf8'), 'x');
  t.notOk(await removeWorkDir(left), 'gone already');
});

t.test('a damaged page is named, and hides no good one', async (t) => {
  const left = leaveWorkDir(t.testdirName);
  const good = await writePage([{ kind: 'dir', path: left }], undefined, 'm');
  const damaged: Record<string, [make: (file: string) => unknown, why: RegExp]> = {
    cut: [(file) => writeFileSync(file, '{"owner":'), /JSON/],
    empty: [(file) => writeFileSync(file, ''), /JSON/],
    foreign: [(file) => writeFileSync(file, '{"owner":{},"resources":[]}'), /it is not a page of a ledger/],
    huge: [(file) => writeFileSync(file, 'x'.repeat((1 << 20) + 1)), /it is larger than 1M/],
    fifo: [(file) => execa('mkfifo', [file]), /it is not a regular file/],
    folder: [(file) => mkdirSync(file), /it is not a regular file/],
    link: [(file) => symlinkSync(good, file), /it is a symbolic link/],
    open: [(file) => execa('sh', ['-c', 'echo {} >"$1"; chmod 666 "$1"', 'sh', file]), /every user may write to it/],
    "it's": [(file) => writeFileSync(file, '['), /JSON/],
  };
  if (isRoot)
    damaged.theirs = [(file) => execa('sh', ['-c', 'echo {} >"$1"; chown 12345 "$1"', 'sh', file]), /user 12345/];
  for (const [name, [make]] of Object.entries(damaged)) await make(join(ledgerDir(), `${name}.json`));
  const { removed, failed } = await reap();
  t.same(removed, [`directory ${left}`]);
  t.equal(failed.length, Object.keys(damaged).length);
  for (const [name, [, why]] of Object.entries(damaged)) {
    const said = failed.find((words) => words.includes(`/${name}.json names`)) ?? '';
    t.match(said, why, name);
    // The advice works as it is, whatever the name.
    const [, advice = ''] = /\(to forget it: (.*)\)$/.exec(said) ?? [];
    await execa('sh', ['-c', advice]);
  }
  t.same(await reap(), { removed: [], failed: [], stillRunning: 0, leftAlone: [] });
});

t.test('a ledger that others may write to is refused', async (t) => {
  const state = process.env.OOMDRILL_STATE ?? '';
  mkdirSync(join(state, 'ledger'), { recursive: true });
  for (const dir of [state, ledgerDir()]) {
    for (const mode of [0o777, 0o1777, 0o702]) {
      chmodSync(dir, mode);
      const refused = {
        code: 'LEDGER',
        message: `Every user of this host may write to ${dir}`,
        hint: /OOMDRILL_STATE/,
      };
      await t.rejects(reap(), refused);
      await t.rejects(Ledger.open(), refused);
    }
    chmodSync(dir, 0o755);
  }
  chmodSync(ledgerDir(), 0o775);
  await Ledger.open();
  t.equal((await execa('stat', ['--format=%a', ledgerDir()])).stdout, '700', 'one of an older version is closed');
  if (isRoot) {
    chownSync(ledgerDir(), 12_345, 12_345);
    await t.rejects(reap(), { code: 'LEDGER', message: 'belongs to user 12345' });
  }
});

t.test('what is made for the ledger is for its owner alone', async (t) => {
  const umask = process.umask(0);
  t.teardown(() => process.umask(umask));
  const ledger = await Ledger.open();
  await using _ = await makeWorkDir(ledger);
  const [page = ''] = (await readLedger()).pages.map(({ file }) => file);
  const { stdout } = await execa('stat', ['--format=%a', process.env.OOMDRILL_STATE ?? '', ledgerDir(), page]);
  t.equal(stdout, '700\n700\n600');
  await reap();
});

t.test('a directory is in the ledger before it is there, and until it is gone', async (t) => {
  const ledger = await Ledger.open();
  const add = ledger.add.bind(ledger);
  const wasThere: boolean[] = [];
  ledger.add = (resource) => {
    add(resource);
    wasThere.push(existsSync(String(resource.path)));
  };
  const workDir = await makeWorkDir(ledger);
  t.same(wasThere, [false]);
  // What a kill between the two steps leaves: no directory at all, or one without a mark.
  t.notOk(await removeWorkDir(join(t.testdirName, 'oomdrill-1-0000000000ff')));
  const bare = join(t.testdirName, 'oomdrill-1-0000000000ff');
  mkdirSync(bare);
  t.ok(await removeWorkDir(bare));
  await workDir[Symbol.asyncDispose]();
  t.same((await readLedger()).pages, []);
});

t.test('drafts of pages whose writer was killed', async (t) => {
  await writePage([]);
  const [old, fresh] = ['a.json.1.new', 'b.json.1.new'].map((name) => join(ledgerDir(), name)) as [string, string];
  for (const file of [old, fresh]) writeFileSync(file, '{');
  utimesSync(old, 0, 0);
  await reap();
  t.notOk(existsSync(old));
  t.ok(existsSync(fresh), 'it may be renamed at any moment');
});

t.test('many reaps at the same time', async (t) => {
  const left = [...'abcdef'].map((letter) => leaveWorkDir(t.testdirName, `oomdrill-1-00000000000${letter}`));
  for (const dir of left) {
    for (let i = 0; i < 50; i++) mkdirSync(join(dir, `folder ${i}`, 'in', 'folder'), { recursive: true });
    await writePage([{ kind: 'dir', path: dir }]);
  }
  const all = await Promise.all(Array.from({ length: 8 }, () => reap()));
  t.same(
    all.flatMap(({ failed }) => failed),
    [],
  );
  t.same(
    left.filter((dir) => existsSync(dir)),
    [],
  );
  t.same((await readLedger()).pages, []);
});

t.test('reap while runs start and end', async (t) => {
  const cycle = async () => {
    const ledger = await Ledger.open();
    for (let i = 0; i < 20; i++) {
      await using workDir = await makeWorkDir(ledger);
      t.ok(existsSync(workDir.path));
    }
  };
  let over = false;
  const runs = Promise.all([cycle(), cycle(), cycle()]).finally(() => {
    over = true;
  });
  while (!over) t.match(await reap(), { removed: [], failed: [], leftAlone: [] });
  await runs;
  t.same((await readLedger()).pages, []);
});

const REAP = `
import { reap } from ${JSON.stringify(new URL('./reap.js', import.meta.url).href)};
console.log(JSON.stringify(await reap()));`;

t.test('the reap of another PID namespace, on the same state directory', onlyRoot, async (t) => {
  const ledger = await Ledger.open();
  await using workDir = await makeWorkDir(ledger);
  const loader = new URL('../../scripts/typescript-loader.mjs', import.meta.url).href;
  const reapIn = (...words: string[]) =>
    execa('unshare', ['--pid', '--fork', ...words, 'node', `--import=${loader}`, '--input-type=module', '-e', REAP], {
      reject: false,
    });
  const { stdout, failed, stderr } = await reapIn('--mount-proc');
  if (failed && /unshare failed/.test(stderr)) return t.comment('no PID namespace can be made here');
  t.equal(stderr, '');
  const { leftAlone, ...reaped } = JSON.parse(stdout);
  t.same(reaped, { removed: [], failed: [], stillRunning: 0 });
  t.match(leftAlone, [
    `directory ${workDir.path} of process ${process.pid}: it ran in another PID namespace, such as a container (to forget it: rm ${ledgerDir()}`,
  ]);
  t.ok(existsSync(workDir.path), 'the living run has its directory');
  const blind = await reapIn();
  t.match(blind.stderr, /The \/proc that is mounted here belongs to another PID namespace/);
  t.ok(existsSync(workDir.path));
});

t.test('runs of other hosts and of older versions are left alone', async (t) => {
  const left = leaveWorkDir(t.testdirName);
  const us = await identifyOwner();
  const resources = [{ kind: 'dir', path: left }, { kind: 'microvm' }, { kind: 'dir' }];
  await writePage(resources, { ...us, boot: 'other', host: { id: '1'.repeat(32), name: 'ci-3' } }, 'a page');
  await writePage(resources, { pid: us.pid, startTicks: '1' }, 'old');
  const { removed, failed, leftAlone } = await reap();
  t.same([removed, failed], [[], []]);
  const names = `directory ${left}, a thing of kind "microvm", a thing of kind "dir" of process ${us.pid}`;
  t.same(leftAlone, [
    `${names}: it ran on another host, ci-3 (to forget it: rm '${ledgerDir()}/a page.json')`,
    `${names}: an older version of oomdrill did not note on which host it ran (to forget it: rm ${ledgerDir()}/old.json)`,
  ]);
  t.ok(existsSync(join(left, 'disk.qcow2')));
});
