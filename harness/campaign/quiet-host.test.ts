import { EventEmitter, on } from 'node:events';
import t from 'tap';
import type { BusyProcess } from '../observe/busiest-processes.js';
import type { EntryOf } from '../record/schema.js';
import { type HostView, waitForQuietHost } from './quiet-host.js';

type HostReading = EntryOf<'host'>;

const QUIET = { stealPercent: 0, othersBusyCores: 0.1, iowaitPercent: 0 };
const HOGS: readonly BusyProcess[] = [
  { name: 'cc1', pid: 41, cores: 0.98 },
  { name: 'npm', pid: 42, cores: 0.4 },
];

/** A host of two cores, as it fares at each second. */
const hostOf = (seconds: readonly Partial<HostReading>[], busiest: readonly BusyProcess[] = HOGS): HostView => ({
  async *readings() {
    for (const [at, reading] of seconds.entries()) {
      const t = (at + 1) * 1_000;
      yield { type: 'host', t, loopStallMs: 0, load1: 0, availableBytes: 0, clockDriftMs: 0, ...QUIET, ...reading };
    }
  },
  startProcessLooks: async () => async () => busiest,
  cores: 2,
});

const seconds = (count: number, reading: Partial<HostReading> = {}) => Array.from({ length: count }, () => reading);

/** What a wait says, and how many readings it took. */
async function wait(view: HostView, waitForQuietMs = 600_000, quietWaits = { anyTimedOut: false }) {
  const said: string[] = [];
  let taken = 0;
  const counted: HostView = {
    ...view,
    async *readings(signal) {
      for await (const reading of view.readings(signal)) {
        taken++;
        yield reading;
      }
    },
  };
  const { signal } = new AbortController();
  await waitForQuietHost({ waitForQuietMs, quietWaits, progress: (line) => said.push(line), signal }, 2, counted);
  return { said, taken };
}

t.test('a host that is quiet is watched for ten seconds', async (t) => {
  t.same(await wait(hostOf(seconds(60))), { said: ['this host has been quiet for 10 s'], taken: 11 });
});

t.test('the ten seconds begin anew after each busy one', async (t) => {
  const { said, taken } = await wait(hostOf([...seconds(9), { othersBusyCores: 2 }, ...seconds(60)]));
  t.equal(taken, 9 + 1 + 11);
  t.same(said, [
    'waiting for a quiet host, for at most 9 min 51 s more: others keep 2.0 of its 2 cores busy; busiest: cc1 (PID 41, 0.98 of a core), npm (PID 42, 0.40 of a core)',
    'this host has been quiet for 10 s',
  ]);
});

t.test('it says every half minute what keeps the host busy, and ends when the time is up', async (t) => {
  const { said, taken } = await wait(hostOf(seconds(600, { othersBusyCores: 1 })), 70_000);
  t.equal(taken, 71);
  t.match(said, [/for at most 1 min 10 s more/, /for at most 40 s more/, /for at most 10 s more/, /./]);
  t.equal(
    said.at(-1),
    "this host was not seen to be quiet within 1 min 10 s: it is drilled nevertheless, and the drill's own evidence decides",
  );
});

t.test('a host that stayed busy is not waited for as long again in the same run', async (t) => {
  const quietWaits = { anyTimedOut: false };
  const busy = hostOf(seconds(600, { othersBusyCores: 1 }));
  t.equal((await wait(busy, 300_000, quietWaits)).taken, 301);
  t.equal((await wait(busy, 300_000, quietWaits)).taken, 31);
  const { said } = await wait(hostOf(seconds(60)), 300_000, quietWaits);
  t.same(said, ['this host has been quiet for 10 s'], 'but may be quiet by then');
});

t.test('each thing that keeps a host busy', async (t) => {
  const stalls = (resource: string) =>
    Array.from({ length: 60 }, (_, at) => ({ stalls: { [resource]: { someUs: at * 500_000 } } }));
  const busy: Record<string, readonly Partial<HostReading>[]> = {
    'its hypervisor takes 12 % of its CPU time': seconds(60, { stealPercent: 12 }),
    '30 % of its CPU time is spent waiting for a disk': seconds(60, { iowaitPercent: 30 }),
    'tasks of it wait for memory 50 % of the time': stalls('memory'),
    'tasks of it wait for a CPU 50 % of the time': stalls('cpu'),
    'tasks of it wait for a disk 50 % of the time': stalls('io'),
  };
  for (const [words, readings] of Object.entries(busy)) {
    const { said } = await wait(hostOf(readings, []));
    t.match(said[0], new RegExp(`more: ${words}; no process stands out$`), words);
    t.match(said.at(-1), /not seen to be quiet/);
  }
});

t.test('what the guest leaves over may be used by others', async (t) => {
  // The guest's two CPUs need 1.4 cores.
  t.match((await wait(hostOf(seconds(60, { othersBusyCores: 0.59 })))).said, ['this host has been quiet for 10 s']);
  t.match((await wait(hostOf(seconds(60, { othersBusyCores: 0.61 })))).said[0], /0\.6 of its 2 cores/);
});

t.test('with 0, the host is not looked at', async (t) => {
  t.same(await wait(hostOf(seconds(60)), 0), { said: [], taken: 0 });
});

t.test('it can be interrupted at once', async (t) => {
  const stop = new AbortController();
  const view: HostView = {
    ...hostOf([]),
    async *readings(signal) {
      try {
        for await (const [reading] of on(new EventEmitter(), 'never', { signal })) yield reading;
      } catch {
        signal.throwIfAborted();
      }
    },
  };
  const waiting = waitForQuietHost(
    { waitForQuietMs: 600_000, quietWaits: { anyTimedOut: false }, progress: () => {}, signal: stop.signal },
    2,
    view,
  );
  setImmediate(() => stop.abort(new Error('Interrupted by SIGINT.')));
  await t.rejects(waiting, { message: 'Interrupted by SIGINT.' });
});
