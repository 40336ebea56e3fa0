import t from 'tap';
import type { GuestShell } from '../machine/machine.js';
import type { PlannedDrill } from './plan.js';
import { type Asleep, filesOfSleeper, findSleeper, findSleeperFault, putToSleep } from './sleeper.js';
import type { Stage } from './stage.js';

const planned = (sleep: object | undefined, name = 'hog') => ({
  injection: { name },
  plan: {
    stateFile: '/run/hog.state',
    readProgress: (text: string) => (text ? JSON.parse(text) : undefined),
    sleep,
  },
});
const plan = (injections: object[], rest: object = {}) =>
  ({
    injections,
    bystanders: [],
    loadRequest: undefined,
    serving: { cgroup: '/web.service' },
    workload: {},
    ...rest,
  }) as unknown as PlannedDrill;
const SLEEP = { key: [], atBytes: 1, start: async () => {}, wake: async () => ({}) };
const { signal } = new AbortController();

t.test('the first injection sleeps, where nothing grows before it', async (t) => {
  const nameIn = (one: PlannedDrill) => findSleeper(one)?.injection.name;
  t.equal(nameIn(plan([planned(SLEEP, 'first'), planned(SLEEP, 'second')])), 'first');
  t.equal(
    nameIn(plan([planned(undefined), planned(SLEEP)])),
    undefined,
    'one that comes later grows on top of another',
  );
  t.equal(nameIn(plan([])), undefined);
  t.equal(nameIn(plan([planned(SLEEP)], { bystanders: [planned(SLEEP)] })), undefined);
  t.equal(nameIn(plan([planned(SLEEP)], { loadRequest: {} })), undefined);
});

const CGROUP = '/sys/fs/cgroup/web.service';
const STATE = '{"state":"asleep","pid":733}';
const STAT = 'anon 900\nfile 50\nshmem 100\n';
const EVENTS = 'low 0\nhigh 0\nmax 0\noom 0\noom_kill 0\n';
const ASLEEP: Asleep = { pid: 733, cgroup: '/web.service', heldBytes: 1000, events: EVENTS };

t.test('it is waited for until it sleeps', async (t) => {
  /** Gives what the sleeper is known by; its state as it is at each look, and the events before and after. */
  const sleep = async (states: string[], events: string[]) => {
    const machine: GuestShell = {
      async exec([, file]) {
        const texts: Record<string, string | undefined> = {
          '/run/hog.state': states.length > 1 ? states.shift() : states[0],
          [`${CGROUP}/memory.events`]: events.length > 1 ? events.shift() : events[0],
          [`${CGROUP}/memory.stat`]: STAT,
        };
        return { stdout: texts[file ?? ''] ?? '', stderr: '', exitCode: 0 };
      },
    };
    const drill = plan([planned(SLEEP)]);
    const sleeper = findSleeper(drill);
    if (!sleeper) throw new Error('nothing can sleep');
    const pace = { stretch: (ms: number) => ms };
    return putToSleep(
      { plan: drill, machine, pace, signal } as unknown as Stage,
      { places: new Map(), serverPid: 412 },
      sleeper,
    );
  };
  t.same(await sleep(['', '{"state":"ramping","pid":733}', STATE], [EVENTS]), ASLEEP);
  await t.rejects(sleep([STATE], [EVENTS, EVENTS.replace('high 0', 'high 3')]), {
    code: 'SNAPSHOT',
    message: /A limit of \/web\.service acted while hog grew/,
  });
});

t.test('it is believed to sleep only where it does, and holds what it held', async (t) => {
  const sleeper = findSleeper(plan([planned(SLEEP)]));
  if (!sleeper) throw new Error('nothing can sleep');
  const [state = '', stat = '', events = ''] = filesOfSleeper(sleeper, ASLEEP);
  const fault = (changes: Record<string, string> = {}) => {
    const files = { [state]: STATE, [stat]: STAT, [events]: EVENTS.trim(), ...changes };
    return findSleeperFault(sleeper, ASLEEP, (file) => files[file] ?? '');
  };
  t.equal(fault(), undefined);
  t.equal(fault({ [stat]: STAT.replace('900', '910').replace('file 50', 'file 0') }), undefined, 'a server breathes');
  t.match(fault({ [state]: '' }), /^hog, PID 733, does not sleep there$/);
  t.match(fault({ [state]: STATE.replace('asleep', 'holding') }), /does not sleep/);
  t.match(fault({ [state]: STATE.replace('733', '734') }), /does not sleep/);
  t.match(fault({ [stat]: STAT.replace('900', '500') }), /^\/web\.service holds 600B besides page cache, not 1000B/);
  t.match(fault({ [events]: EVENTS.replace('max 0', 'max 1') }), /a limit of \/web\.service has acted/);
});
