import { randomUUID } from 'node:crypto';
import { readdir, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { checkSeal, seal } from '../harness/machine/image/seal.js';
import { snapshotsDir } from '../harness/machine/image/store.js';
import type { Machine, Preparation } from '../harness/machine/machine.js';
import { makeWorkDir } from '../harness/machine/workdir.js';
import { createGuestSource } from './hosts/guest-source.js';

t.setTimeout(600_000);

const { signal } = new AbortController();
const { source, ledger } = await createGuestSource(signal);
const CHANGES = { unit: 'none', files: [], trees: [], made: [] };

let made = 0;
/** A process that sleeps, and a file of the guest's memory. */
const preparation = (isWantedAgain: boolean): Preparation => ({
  kind: 'settled',
  inWords: 'a process sleeps',
  key: KEY,
  made: isWantedAgain ? 'now' : 'second-time',
  async make(machine) {
    made++;
    const script = 'echo prepared >/run/prepared; setsid sleep 100000 >/dev/null 2>&1 </dev/null & echo $!';
    return (await machine.exec(['sh', '-c', script], { reason: 'a process', signal })).stdout.trim();
  },
});
const KEY = randomUUID();

/** Starts a machine from the state, and does something with it; false where it was not worth making yet. */
async function onPrepared(
  work: (machine: Machine, known: string, snapshot: string) => Promise<unknown>,
  isWantedAgain = true,
): Promise<boolean> {
  await using workDir = await makeWorkDir(ledger);
  const start = { workDir: workDir.path, signal, changes: CHANGES };
  const prepared = await source.startPrepared?.(start, preparation(isWantedAgain));
  if (!prepared) return false;
  await using machine = prepared.machine;
  await work(machine, prepared.known, prepared.snapshot);
  return true;
}

const say = async (machine: Machine, script: string): Promise<string> =>
  (await machine.exec(['sh', '-c', script], { reason: 'the guest', signal })).stdout.trim();

t.teardown(() => source.forgetPrepared?.(preparation(false)));

t.test('a prepared state is made when it is wanted for the second time, and once', async (t) => {
  t.equal(await onPrepared(async () => {}, false), false);
  t.equal(made, 0);
  const seen: string[] = [];
  const look = async (machine: Machine, known: string) => {
    seen.push(known, await say(machine, `cat /run/prepared /proc/${known}/comm`));
  };
  t.equal(await onPrepared(look, false), true);
  t.equal(await onPrepared(look, false), true);
  t.equal(made, 1);
  t.equal(seen[1], 'prepared\nsleep');
  t.same(seen.slice(0, 2), seen.slice(2), 'the very process');
});

t.test('two that want the same state at the same time make it once', async (t) => {
  const wanted = { ...preparation(true), key: randomUUID() };
  const before = made;
  const start = async () => {
    await using workDir = await makeWorkDir(ledger);
    const prepared = await source.startPrepared?.({ workDir: workDir.path, signal, changes: CHANGES }, wanted);
    if (!prepared) return t.fail('it is worth making');
    await using machine = prepared.machine;
    t.equal(await say(machine, 'cat /run/prepared'), 'prepared');
  };
  await Promise.all([start(), start()]);
  t.equal(made - before, 1);
  made = before;
  await source.forgetPrepared?.(wanted);
});

t.test('a state that was made from another one has what is in both, also when that one is gone', async (t) => {
  const first = preparation(true);
  const grown: Preparation = {
    ...first,
    kind: 'grown',
    key: randomUUID(),
    from: first,
    async make(machine, _workDir, known) {
      await machine.exec(['sh', '-c', 'echo grown >/run/grown; echo grown >/root/grown'], { reason: 'a file', signal });
      return `${known}+`;
    },
  };
  t.teardown(() => source.forgetPrepared?.(grown));
  const look = async () => {
    await using workDir = await makeWorkDir(ledger);
    const prepared = await source.startPrepared?.({ workDir: workDir.path, signal, changes: CHANGES }, grown);
    if (!prepared) return t.fail('it is worth making');
    await using machine = prepared.machine;
    t.match(prepared, { known: /^\d+\+$/, snapshot: /-grown-/ });
    const pid = prepared.known.slice(0, -1);
    const files = `/run/prepared /run/grown /root/grown /proc/${pid}/comm`;
    t.equal(await say(machine, `cat ${files}`), 'prepared\ngrown\ngrown\nsleep');
  };
  await look();
  t.equal(made, 1, 'the first one was there');
  await source.forgetPrepared?.(first);
  await look();
  await onPrepared(async (machine) => t.equal(await say(machine, 'cat /run/grown || echo none'), 'none'));
  made = 1;
});

t.test('each machine from a state draws random numbers of its own', async (t) => {
  await onPrepared(async (machine) => {
    const reseeded = 'dmesg | grep -c "crng reseeded due to virtual machine fork"';
    t.equal(await say(machine, reseeded), '2', 'where the state was made, from the guest after its boot, and here');
  });
});

t.test('machines from one state at the same time have memories of their own', async (t) => {
  await onPrepared(async (one) => {
    await onPrepared(async (other) => {
      await say(one, 'echo mine >/run/prepared');
      t.equal(await say(other, 'cat /run/prepared'), 'prepared');
      t.equal(await say(one, 'cat /run/prepared'), 'mine');
    });
  });
  await onPrepared(async (later) =>
    t.equal(await say(later, 'cat /run/prepared'), 'prepared', 'the file is not written'),
  );
  t.equal(made, 1);
});

t.test('the memory of a guest is for its owner alone, and a damaged one is made anew', async (t) => {
  let name = '';
  await onPrepared(async (_machine, _known, snapshot) => {
    name = snapshot;
  });
  const dir = join(snapshotsDir(), name);
  t.equal((await stat(dir)).mode & 0o777, 0o700);
  const { size, blocks } = await stat(join(dir, 'memory'));
  t.ok(blocks * 512 < size / 2, 'it is sparse');
  await truncate(join(dir, 'memory'), size - 4096);
  await onPrepared(async (machine) => t.equal(await say(machine, 'cat /run/prepared'), 'prepared'));
  t.equal(made, 2);
  t.ok((await readdir(dir)).includes('seal.json'));
});

t.test('a state that this QEMU cannot read ends in its words, and not in a wait', async (t) => {
  let name = '';
  await onPrepared(async (_machine, _known, snapshot) => {
    name = snapshot;
  });
  const dir = join(snapshotsDir(), name);
  const { facts = {}, files = {} } = (await checkSeal(dir)) ?? {};
  await writeFile(join(dir, 'state'), 'of another QEMU');
  // As whole as any other.
  await seal(dir, Object.keys(files), facts);
  const started = onPrepared(async () => t.fail('it was read'));
  await t.rejects(started, { code: 'QEMU_DIED', message: /load of migration failed|[Nn]ot a migration stream/ });
});
