import fc from 'fast-check';
import t from 'tap';
import { type Bytes, GIB, MIB } from '../../core/bytes.js';
import type { GuestShell } from '../../machine/machine.js';
import { CREEP, type Hog, hog } from './hog.js';
import { MEMORY_HOG } from './kind.js';
import { planHog } from './plan.js';
import { own, type Target, total } from './target.js';

const MEMORY = 3 * GIB;
const { signal } = new AbortController();

/** How a hog sleeps with these limits in a guest of 3 GiB, at scale 1/8. */
const sleepOf = (declared: Hog, high = Number.POSITIVE_INFINITY, max = 2 * GIB, hostMemory = MEMORY) =>
  planHog(declared, { limits: { high, max }, hostMemory, isContainer: true }, { scale: 8, oomScoreAdj: 0 }).sleep;

const mib = (bytes: Bytes | undefined) => bytes && Math.round(bytes / MIB);
const beyondMax: Target = { kind: 'beyond-max' };

t.test('where a hog sleeps, and which hogs do not', async (t) => {
  const share = 2 * 1024;
  const cases: readonly [string, ReturnType<typeof sleepOf>, number | undefined][] = [
    ['10 % below MemoryMax', sleepOf(hog({ target: beyondMax })), 0.9 * share],
    ['10 % below MemoryHigh', sleepOf(hog({ target: beyondMax }), 1.5 * GIB), 0.9 * 1536],
    ['below what the guest has to give', sleepOf(hog({ target: beyondMax }), Infinity, Infinity), 0.9 * 0.75 * 3072],
    ['on its way to a target', sleepOf(hog({ target: total('12.35G') })), 0.7 * share],
    ['to one of its own', sleepOf(hog({ target: own('12G') })), 0.7 * share],
    ['hardly any way', sleepOf(hog({ target: total('4G') })), undefined],
    ['before it creeps', sleepOf(hog({ target: beyondMax, creep: { ...CREEP, belowMax: '900M' } })), 0.5 * share],
    ['shared memory', sleepOf(hog({ target: beyondMax, memory: 'shared' })), 0.9 * share],
    ['page cache', sleepOf(hog({ target: beyondMax, memory: 'page-cache' })), undefined],
    ['a program', sleepOf(hog({ target: beyondMax, program: ['cat'] })), undefined],
    ['a pace of its own', sleepOf(hog({ target: beyondMax, rate: '1G' })), undefined],
  ];
  for (const [what, sleep, expected] of cases) t.equal(mib(sleep?.atBytes), expected && Math.round(expected), what);
});

t.test('it never sleeps where anything happens, nor past where it is to go', async () => {
  const size = fc.integer({ min: 64, max: 4096 });
  const limit = fc.oneof(size, fc.constant(Number.POSITIVE_INFINITY));
  fc.assert(
    fc.property(limit, limit, size, size, (high, max, memory, target) => {
      const limits = [high, max].map((each) => each * MIB) as [number, number];
      const sleep = sleepOf(hog({ target: total(`${target * 8}M`) }), ...limits, memory * MIB);
      if (!sleep) return true;
      const room = Math.min(...limits, 0.75 * memory * MIB);
      return sleep.atBytes <= 0.9 * room && sleep.atBytes <= 0.95 * target * MIB;
    }),
  );
});

t.test('hogs share a sleeping place that differ only in what they do afterwards', async (t) => {
  const keyOf = (declared: Hog) => JSON.stringify(sleepOf(declared)?.key);
  const one = keyOf(hog({ target: total('12.35G') }));
  t.equal(keyOf(hog({ target: total('12.5G'), hold: 'churn' })), one);
  t.equal(keyOf(hog({ target: total('12.35G'), memory: 'anonymous', tasks: 1, oomScoreAdj: 0 })), one);
  for (const other of [
    hog({ target: beyondMax }),
    hog({ target: total('12.35G'), comm: 'ugrep' }),
    hog({ target: total('12.35G'), tasks: 4 }),
    hog({ target: total('12.35G'), memory: 'shared' }),
    hog({ target: total('12.35G'), oomScoreAdj: 500 }),
    hog({ target: total('12.35G'), origin: 'exec' }),
  ])
    t.not(keyOf(other), one);
});

t.test('in a container it is a child of the first process, or what an exec starts', async (t) => {
  const asked: string[] = [];
  const machine: GuestShell = {
    async exec(command) {
      asked.push(command.join(' '));
      return { stdout: '', stderr: '', exitCode: 0 };
    },
  };
  const ground = { limits: { high: Number.POSITIVE_INFINITY, max: 2 * GIB }, hostMemory: MEMORY };
  const plan = (declared: Hog, isContainer: boolean) =>
    planHog(declared, { ...ground, isContainer }, { scale: 8, oomScoreAdj: 0 });
  const byExec = hog({ target: beyondMax, origin: 'exec' });
  for (const declared of [hog({ target: beyondMax }), hog({ target: beyondMax, origin: 'child' }), byExec])
    await plan(declared, true).start(machine, { cgroup: '/web', limitingCgroup: '/', firstProcess: 412 }, signal);
  t.match(asked[0], / --child-of 412 /);
  t.equal(asked[1], asked[0]);
  t.match(asked[2], / --exec-in 412 /);
  t.throws(() => plan(byExec, false), { code: 'HOG_ORIGIN', message: /the server is in no container/ });
  const fit = (isContainer: boolean) => MEMORY_HOG.fit(byExec, { ...ground, isContainer }, ground);
  t.match(fit(false), { unfit: /no container/ });
  t.match(fit(true), { injection: { origin: 'exec' } });
  const inSession = hog({ target: beyondMax, origin: 'exec', place: { kind: 'container' } });
  t.match(MEMORY_HOG.contradictionIn(inSession, { outcomes: ['contained'], killed: 'none' }), /the origin exec/);
});

t.test('it is started to sleep there, and woken with where it grows to', async (t) => {
  const asked: string[] = [];
  const machine: GuestShell = {
    async exec(command) {
      asked.push(command.join(' '));
      return { stdout: '', stderr: 'none sleeps', exitCode: asked.length > 3 ? 1 : 0 };
    },
  };
  const declared = hog({ target: own('12G'), hold: 'churn', tasks: 2 });
  const sleep = sleepOf(declared);
  if (!sleep) throw new Error('it cannot sleep');
  await sleep.start(machine, { cgroup: '/web', limitingCgroup: '/' }, signal);
  t.match(asked[0], / --tasks 2 .*--target \d+ --hold idle --brisk-until \d+ --asleep$/);
  const running = await sleep.wake(machine, signal);
  t.match(asked[1], /hog wake --state \S+hog\.state --target 1610612736 --hold churn --brisk-until \d+ --own$/);
  await running.release();
  t.match(asked[2], /^systemctl kill --signal=TERM oomdrill-hog-hog\.service$/);
  await t.rejects(sleep.wake(machine, signal), { code: 'HOG_START', message: /could not be woken: none sleeps/ });
});
