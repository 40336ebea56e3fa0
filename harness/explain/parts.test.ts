import t from 'tap';
import { diagnose } from './diagnose.js';
import { readEvidence } from './evidence.js';

const read = (text: string, name = '-') => readEvidence([{ name, text }]);
const EVENTS = 'low 0\nhigh 48211\nmax 0\noom 0\noom_kill 0\noom_group_kill 0\n';
const SWAP = 'high 0\nmax 7\nfail 9\n';
const SOME = 'some avg10=88.12 avg60=84.40 avg300=61.02 total=402117003\n';
const FULL = 'full avg10=79.90 avg60=75.21 avg300=52.17 total=371200311\n';
const STAT = 'anon 100\nfile 200\nworkingset_refault_file 5\n';

/** One cgroup in the forms in which its files are pasted: each must be read as the same. */
const FORMS: Readonly<Record<string, string>> = {
  "grep ''": `memory.current:968884224\n${prefixed('memory.events:', EVENTS)}memory.high:966365184\nmemory.max:1073741824\n${prefixed('memory.pressure:', SOME + FULL)}${prefixed('memory.swap.events:', SWAP)}`,
  'grep -n': `memory.current:1:968884224\n${prefixed('memory.events:3:', EVENTS)}memory.high:1:966365184\nmemory.max:1:1073741824\n${prefixed('memory.pressure:2:', SOME + FULL)}`,
  'tail -n +1': `==> memory.current <==\n968884224\n\n==> memory.events <==\n${EVENTS}\n==> memory.high <==\n966365184\n\n==> memory.max <==\n1073741824\n\n==> memory.swap.events <==\n${SWAP}\n==> memory.pressure <==\n${SOME}${FULL}`,
  more: `::::::::::::::\nmemory.current\n::::::::::::::\n968884224\n::::::::::::::\nmemory.events\n::::::::::::::\n${EVENTS}::::::::::::::\nmemory.high\n::::::::::::::\n966365184\n::::::::::::::\nmemory.max\n::::::::::::::\n1073741824\n::::::::::::::\nmemory.pressure\n::::::::::::::\n${SOME}${FULL}`,
  'headings of people': `### memory.current\n968884224\n--- memory.events ---\n${EVENTS}memory.high:\n966365184\n# memory.max\n1073741824\n[memory.pressure] is:\n== memory.pressure ==\n${SOME}${FULL}`,
  'a transcript': `[root@web ~]# cd /sys/fs/cgroup/system.slice/web.service\n[root@web web.service]# cat memory.current memory.high memory.max\n968884224\n966365184\n1073741824\n[root@web web.service]# cat memory.events memory.pressure\n${EVENTS}${SOME}${FULL}[root@web web.service]# date\nTue Nov 24 03:10:01 UTC 2026\n`,
  'a transcript with braces': `$ sudo cat /sys/fs/cgroup/a/memory.{current,high,max,pressure,events}\n968884224\n966365184\n1073741824\n${SOME}${FULL}${EVENTS}`,
  'a transcript with a missing file':
    `$ cat memory.current memory.peak memory.high memory.max memory.swap.events memory.events memory.pressure\n968884224\ncat: memory.peak: No such file or directory\n966365184\n1073741824\n${SWAP}${EVENTS}${SOME}${FULL}`.replace(
      'memory.peak memory.high',
      'memory.high',
    ),
  'commands without a prompt': `cat memory.events\n${EVENTS}cat memory.pressure\n${SOME}${FULL}cat memory.current\n968884224\ncat memory.high\n966365184\ncat memory.max\n1073741824\n`,
  'set -x': `+ cat memory.current\n968884224\n+ cat memory.events\n${EVENTS}+ cat memory.high\n966365184\n+ cat memory.max\n1073741824\n+ cat memory.pressure\n${SOME}${FULL}`,
  "a loop of one's own": `memory.current: 968884224\nmemory.events: ${EVENTS}memory.high: 966365184\nmemory.max: 1073741824\nmemory.pressure: ${SOME}${FULL}`,
  'a loop with echo': `memory.current 968884224\nmemory.events ${EVENTS.trim().replaceAll('\n', ' ')}\nmemory.high=966365184\nmemory.max = 1073741824\nmemory.pressure ${SOME.trim()} ${FULL}`,
  'kubectl exec': `$ kubectl exec -n shop web-0 -- sh -c 'cd /sys/fs/cgroup; cat memory.current memory.high memory.max memory.events memory.pressure'\n968884224\n966365184\n1073741824\n${EVENTS}${SOME}${FULL}`,
};

function prefixed(prefix: string, text: string): string {
  return text
    .trim()
    .split('\n')
    .map((line) => `${prefix}${line}\n`)
    .join('');
}

t.test('one cgroup in every form', async (t) => {
  for (const [form, text] of Object.entries(FORMS)) {
    const evidence = read(text);
    t.match(evidence, { current: 968_884_224, high: 966_365_184, max: 1_073_741_824 }, form);
    t.equal(evidence.events.length, 1, form);
    t.match(evidence.events, [{ high: 48_211, max: 0, oom_kill: 0 }], form);
    t.match(evidence.pressure, [{ full: { avg10: 79.9 }, some: { avg10: 88.12 } }], form);
    t.equal(evidence.pressure.length, 1, form);
    t.same(evidence.unclear, [], form);
    t.same(evidence.unknown, [], form);
    t.same(diagnose(evidence).outcomes, ['livelocked'], form);
  }
});

t.test('files without names end where another begins', async (t) => {
  t.match(read(`${EVENTS}${STAT}${SOME}${FULL}`), {
    events: [{ high: 48_211 }],
    stat: [{ anon: 100 }],
    pressure: [{}],
  });
  t.match(read(`${FULL}${EVENTS}`), { events: [{ high: 48_211 }], pressure: [{ full: { avg10: 79.9 } }] });
  for (const text of [EVENTS + SWAP, SWAP + EVENTS]) {
    const evidence = read(text);
    t.match(evidence, { events: [{ high: 48_211, max: 0 }], ignoredFiles: ['memory.swap.events'] });
    t.equal(evidence.events.length, 1);
  }
  t.match(read('low 0\nhigh 1\nmax 0\noom 0\n'), { events: [{ high: 1 }] }, 'Linux before 4.13 has no oom_kill');
  t.equal(read('low 0\nhigh 1\nmax 0\noom 0\n').events[0]?.oom_kill, undefined);
});

t.test('several copies without names', async (t) => {
  const later = EVENTS.replace('high 48211', 'high 50000');
  t.match(read(EVENTS + later), { events: [{ high: 48_211 }, { high: 50_000 }], unclear: [/an earlier and a later/] });
  const local = read(EVENTS + EVENTS.replace('high 48211', 'high 0'));
  t.match(local, { events: [{ high: 48_211 }], unclear: [/may be memory\.events\.local/] });
  t.equal(local.events.length, 1);
  t.equal(read(EVENTS + EVENTS).events.length, 1, 'two that are alike may be either');
  const mixed = read(`${EVENTS}low 0\nhigh 1\nmax 9\noom 0\noom_kill 0\n${STAT}`);
  t.match(mixed, { events: [], unclear: [/several cgroups/] });
  const pressures = read(EVENTS + SOME + FULL + SOME.replaceAll('8', '1') + FULL.replaceAll('7', '1'));
  t.match(pressures, { pressure: [], unclear: [/io\.pressure/] });
  t.match(diagnose(pressures).reasons.join('\n'), /unknown: memory\.pressure is missing[\s\S]*io\.pressure/);
});

t.test('several copies under one name are readings, of which the first and the last count', async (t) => {
  const loop = [1, 2, 3].map((high) => `memory.events:low 0\nmemory.events:high ${high}\nmemory.events:oom_kill 0\n`);
  t.same(
    read(loop.join('')).events.map(({ high }) => high),
    [1, 3],
  );
  const shell = [1, 5].map((high) => `$ cat memory.events\nlow 0\nhigh ${high}\noom_kill 0\n`);
  t.same(
    read(shell.join('')).events.map(({ high }) => high),
    [1, 5],
  );
  const once = `$ while sleep 60; do cat memory.current memory.events; done\n1000\nlow 0\nhigh 1\n2000\nlow 0\nhigh 9\n`;
  t.match(read(once), { current: 2000, currentBefore: 1000, events: [{ high: 1 }, { high: 9 }] });
  t.match(read(EVENTS + EVENTS.replace('high 48211', 'high 50000'), 'memory.events'), {
    events: [{ high: 48_211 }, { high: 50_000 }],
    unclear: [],
  });
});

t.test('what cannot be distinguished is said, and not used', async (t) => {
  t.match(read(`high 3\nmax 9\n${FULL}`), { events: [], unclear: [/memory\.events or memory\.swap\.events/] });
  t.match(read(`${EVENTS}1073741824\nmax\n`), { max: undefined, unclear: [/^2 numbers in the text have no name/] });
  t.match(read('high 3\nmax 9\n', 'memory.events'), { events: [{ high: 3 }], unclear: [] }, 'its name tells');
  t.match(read('memory.swap.events:high 3\nmemory.swap.events:max 9\nmemory.max:max\n'), { events: [] });
});

t.test('other files', async (t) => {
  const psi = read(`/proc/pressure/memory:${SOME}/proc/pressure/memory:${FULL}/proc/pressure/io:${SOME}`);
  t.match(psi, { pressure: [], hostPressure: [{ full: { avg10: 79.9 } }] });
  t.match(diagnose(psi), { enough: true, outcomes: ['escaped'], reasons: [/All tasks of the host/] });
  const vmstat = read(`nr_free_pages 5\nworkingset_refault_file 9\npgfault 3\noom_kill 4\n${SOME}${FULL}`);
  t.match(vmstat, { events: [], stat: [] }, '/proc/vmstat is of the whole host');
  t.throws(() => read('nr_free_pages 5\nnr_zone 9\n'), { code: 'EVIDENCE_UNKNOWN' });
  t.throws(() => read('memory: 5\nlimit: 7\n'), { code: 'EVIDENCE_UNKNOWN' }, 'settings are not a log');
  t.throws(() => read('12345\n'), { code: 'EVIDENCE_UNKNOWN' }, 'a number alone');
});

t.test('a kill in what is left of a transcript', async (t) => {
  const log =
    '[  100.0] oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=/,oom_memcg=/a,task_memcg=/a,task=b,pid=7,uid=0';
  const evidence = read(`$ cat memory.events\n${EVENTS.replace('oom_kill 0', 'oom_kill 1')}$ dmesg | tail\n${log}\n`);
  t.match(evidence, { events: [{ oom_kill: 1 }], log: { kills: [{ pid: 7 }] } });
});
