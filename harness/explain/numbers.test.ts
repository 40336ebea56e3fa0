import t from 'tap';
import { diagnose } from './diagnose.js';
import { readEvidence } from './evidence.js';
import type { Saved } from './parts.js';

// Neighbours of what people posted, most of which were wrong once: other orders, partial files, other tools' output.

const events = (counts: Readonly<Record<string, number>> = {}): string =>
  Object.entries({ low: 0, high: 0, max: 0, oom: 0, oom_kill: 0, oom_group_kill: 0, ...counts })
    .map(([key, count]) => `${key} ${count}\n`)
    .join('');
const psi = (some: number, full: number, total = 1): string =>
  `some avg10=${some} avg60=1.00 avg300=0.50 total=${total}\nfull avg10=${full} avg60=1.00 avg300=0.50 total=${total}\n`;
const at = (path: string, text: string): string => text.trim().replaceAll(/^/gm, `${path}:`).concat('\n');
const file = (name: string, text: string): Saved => ({ name, text });

function look(...files: readonly (Saved | string)[]) {
  const saved = files.map((each, index) =>
    typeof each === 'string' ? file(index === 0 ? '-' : `${index}`, each) : each,
  );
  const { reasons, next, ...rest } = diagnose(readEvidence(saved));
  return { ...rest, words: [...reasons, next].join('\n') };
}

const POD = '/sys/fs/cgroup/kubepods.slice/pod1.slice';

t.test('a pod and its containers: whose limit it was', async (t) => {
  const killed = events({ max: 5, oom: 1, oom_kill: 1 });
  const ofContainer = look(
    `${at(`${POD}/memory.events`, killed)}${at(`${POD}/c1.scope/memory.events`, killed)}${at(`${POD}/c2.scope/memory.events`, events())}`,
  );
  t.same(ofContainer.outcomes, ['contained', 'collateral-kill']);
  t.match(ofContainer.words, /at the limit of a cgroup below this one.*c1\.scope\)/);
  t.match(ofContainer.words, /Below it, \/kubepods\.slice\/pod1\.slice\/c1\.scope: .*1 oom_kill/);
  const ofPod = look(
    `${at(`${POD}/memory.events`, killed)}${at(`${POD}/c1.scope/memory.events`, events({ oom_kill: 1 }))}`,
  );
  t.match(ofPod.words, /killed 1 task in a cgroup below this one: .* in this cgroup or in one that is gone/);
});

t.test('a container that stands still in a pod that does not', async (t) => {
  const text = [
    at(`${POD}/memory.events`, events({ high: 9000 })),
    at(`${POD}/memory.pressure`, psi(80, 3)),
    at(`${POD}/c1.scope/memory.events`, events({ high: 9000 })),
    at(`${POD}/c1.scope/memory.pressure`, psi(90, 85)),
    `${POD}/c1.scope/memory.high:1000000\n${POD}/c1.scope/memory.current:1010000\n`,
    at(`${POD}/c2.scope/memory.pressure`, psi(0, 0)),
  ].join('');
  t.match(look(text), {
    outcomes: ['livelocked'],
    words: /^In \/kubepods\.slice\/pod1\.slice\/c1\.scope: Above memory\.high/,
  });
  t.match(look(text.replaceAll('avg10=85', 'avg10=3')).outcomes, ['degraded', 'contained'], 'and one that does not');
});

t.test('directories as must-gather makes them, twice', async (t) => {
  const gathered = (within: string, high: number): Saved[] => [
    { name: `${within}/host/sys/fs/cgroup/a.slice/memory.events`, text: events({ high }), within },
    { name: `${within}/host/sys/fs/cgroup/a.slice/b.service/memory.events`, text: events({ high }), within },
    { name: `${within}/readme.txt`, text: 'hello\n', within },
  ];
  const two = readEvidence([...gathered('before', 1), ...gathered('after', 90)]);
  t.match(two, { cgroup: '/a.slice', events: [{ high: 1 }, { high: 90 }], below: [{ cgroup: '/a.slice/b.service' }] });
  t.same(two.unknown, [], 'a directory may hold other files');
  t.same(two.ignoredFiles, ['readme.txt']);
});

t.test('cgroups of which none is above the others', async (t) => {
  const pods = ['a', 'b'].map(
    (pod, count) => `$ kubectl exec ${pod} -- cat /sys/fs/cgroup/memory.events\n${events({ max: count })}`,
  );
  t.match(look(pods.join('')), {
    enough: true,
    outcomes: ['degraded', 'contained'],
    words: /^In b:\/: .*No harm shows in a:\/\./s,
  });
  const unit = (name: string, counts = {}, full = 0) =>
    `${at(`/sys/fs/cgroup/system.slice/${name}.service/memory.events`, events(counts))}${at(`/sys/fs/cgroup/system.slice/${name}.service/memory.pressure`, psi(full, full))}`;
  const quiet = ['a', 'b'].map((name) => unit(name));
  t.match(look(quiet.join('')), {
    enough: true,
    outcomes: [],
    words: /^No harm shows in \/system\.slice\/a\.service, \/system\.slice\/b\.service\./,
  });
  const found = look(`${quiet.join('')}${unit('c', { high: 9_000 }, 92)}${unit('d', { max: 9, oom: 1, oom_kill: 1 })}`);
  t.same(
    found.outcomes,
    ['livelocked', 'contained', 'unit-stopped', 'collateral-kill'].filter((each) =>
      found.outcomes.includes(each as never),
    ),
  );
  t.match(found.words, /In \/system\.slice\/c\.service/);
  t.match(found.words, /In \/system\.slice\/d\.service/);
  t.match(found.words, /No harm shows in \/system\.slice\/a\.service, \/system\.slice\/b\.service\./);
  t.match(look(`${at('/sys/fs/cgroup/system.slice/memory.events', events())}${quiet.join('')}`), { outcomes: [] });
});

t.test('what is logged of one of several cgroups', async (t) => {
  const unit = (name: string) =>
    at(`${name}.service/memory.events`, events(name === 'a' ? { max: 3, oom: 1, oom_kill: 1 } : {}));
  const kill = (name: string) =>
    `Nov 24 03:10:01 web kernel: oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=/,mems_allowed=0,oom_memcg=/system.slice/${name}.service,task_memcg=/system.slice/${name}.service,task=hog,pid=7,uid=0\nNov 24 03:10:01 web kernel: Memory cgroup out of memory: Killed process 7 (hog) total-vm:1kB, anon-rss:1kB, file-rss:0kB, shmem-rss:0kB, UID:0 pgtables:1kB oom_score_adj:0\n`;
  const own = look(`${unit('a')}${unit('b')}`, file('kern.log', kill('a')));
  t.match(own.words, /^In a\.service: .*hog/s);
  t.notMatch(own.words, /Besides these cgroups|no kill by the kernel/);
  const other = look(`${unit('a')}${unit('b')}`, file('kern.log', kill('c')));
  t.match(other.words, /Besides these cgroups.*: The kernel killed a task of this cgroup at its limit/);
});

t.test('folders of which nothing says that they are cgroups', async (t) => {
  const text = ['before', 'after'].map((folder) => at(`${folder}/memory.events`, events())).join('');
  t.throws(() => look(text), { code: 'EVIDENCE_CGROUPS', message: /2 folders: after, before/ });
});

t.test('of the cgroup alone and of those below it', async (t) => {
  const total = events({ max: 300, oom: 2, oom_kill: 2 });
  const local = (counts: Record<string, number>) =>
    `${at('memory.events', total)}${at('memory.events.local', events(counts))}`;
  t.match(
    look(local({ max: 300, oom: 2 })).words,
    /killed 2 tasks in a cgroup below this one at the limit of this cgroup/,
  );
  t.match(look(local({})), {
    outcomes: ['contained', 'collateral-kill'],
    words: /at the limit of a cgroup below.*the cgroup itself was never out of memory/,
  });
  t.match(
    look(local({ max: 300, oom: 2, oom_kill: 2 })).words,
    /killed 2 tasks in this cgroup at the limit of this cgroup/,
  );
  t.match(look(`${at('memory.events', total)}memory.max:max\n`).words, /the cgroup itself has no limit/);
  t.match(look(at('memory.events.local', events({ oom_kill: 2 }))), {
    enough: true,
    outcomes: ['collateral-kill', 'escaped'],
    words: /memory\.events\.local counts 2 oom_kill, but 0 oom: .* The limit of this cgroup itself was never reached/,
  });
  const stands = `${at('memory.events', events({ max: 3000 }))}${at('memory.events.local', events())}${at('memory.pressure', psi(80, 80))}`;
  t.match(look(stands), { outcomes: ['livelocked'], words: /the limit is one below this cgroup/ });
});

t.test('memory.oom.group', async (t) => {
  const group = at('memory.events', events({ max: 3, oom: 1, oom_kill: 3, oom_group_kill: 1 }));
  t.match(look(`${group}memory.oom.group:1\n`), { outcomes: ['unit-stopped'], words: /memory\.oom\.group is on/ });
  t.match(look(`${group}memory.oom.group:0\n`), {
    outcomes: ['collateral-kill', 'contained'],
    words: /is 0\. What else/,
  });
  t.match(look(group), { outcomes: ['unit-stopped'], words: /of this cgroup or of one below it/ });
  const own = `${group}${at('memory.events.local', events({ oom_group_kill: 1, oom_kill: 3 }))}memory.oom.group:0\n`;
  t.match(look(own), { outcomes: ['unit-stopped'], words: /It is 0 now/ });
  const old = 'memory.events:max 3\nmemory.events:oom 1\nmemory.events:oom_kill 3\n';
  t.match(look(`${old}memory.oom.group:1\n`), { outcomes: ['unit-stopped'], words: /does not count that apart/ });
  t.match(look(old).outcomes, ['contained', 'unit-stopped', 'collateral-kill']);
  const fromAbove = `${at('memory.events', events({ oom_kill: 3, oom_group_kill: 1 }))}memory.oom.group:1\n`;
  t.match(look(fromAbove), {
    outcomes: ['unit-stopped', 'collateral-kill', 'escaped'],
    words: /0 oom: not for its own limit/,
  });
});

t.test('the limit of which kill it was', async (t) => {
  const above = look(at('memory.events', events({ max: 500, oom_kill: 2 })));
  t.match(above, { outcomes: ['collateral-kill', 'escaped'], scenario: null, words: /led to that/ });
  const between = look(
    at('memory.events', events({ oom: 4, oom_kill: 4 })),
    at('memory.events', events({ oom: 4, oom_kill: 6 })),
  );
  t.match(
    between,
    { outcomes: ['collateral-kill', 'escaped'], words: /2 oom_kill, but 0 oom/ },
    'between two readings',
  );
  t.match(
    look('memory.events:high 3\nmemory.events:oom_kill 2\n').words,
    /has no oom, so which limit it was for is unknown/,
  );
  t.match(look(at('memory.events', events({ max: 9, oom: 4 }))), {
    outcomes: ['livelocked', 'degraded'],
    words: /reclaim failed 4 times \(oom\), and nothing was killed/,
  });
});

t.test('which limit a standstill is for', async (t) => {
  const stands = (counts: Record<string, number>, sizes = '') =>
    look(`${at('memory.events', events(counts))}${at('memory.pressure', psi(90, 90))}${sizes}`);
  t.match(stands({ high: 40, max: 39 }), {
    outcomes: ['livelocked'],
    scenario: null,
    words: /do not decide \(40 high, 39 max\)/,
  });
  t.match(stands({ high: 40_000, max: 39 }).words, /Above memory\.high/);
  const both = 'memory.current:1000000\nmemory.high:1000000\nmemory.max:1010000\n';
  t.match(stands({ high: 900, max: 4 }, both).words, /Above memory\.high/);
  t.match(stands({ high: 900, max: 90_000 }, both).words, /The brim/);
  t.match(look(`${at('memory.pressure', psi(90, 90))}memory.current:990\nmemory.max:1000\n`).outcomes, ['livelocked']);
});

t.test('what is missing is unknown', async (t) => {
  t.match(look('low 0\nhigh 9000\nmax 0\noom 0\n').words, /killed is unknown: memory\.events has no oom_kill/);
  t.match(look('low 0\nhigh 5\nmax 0\noom 0\noom_ki').words, /has no oom_kill/, 'cut off');
  t.match(look('some avg10=10.00 avg60=1.00 avg300=0.50 total=1\n'), {
    outcomes: [],
    words: /no harm\. What memory\.events would show is unknown\.\nPSI full is unknown/,
  });
  t.match(look(at('memory.events', events())).words, /What memory\.pressure would show is unknown/);
  t.match(look('anon 1\nfile 2\npgfault 3\n').words, /refaults unknown/);
  t.match(
    look(file('memory.events', events({ max: 5000 })), file('memory.current', '990'), file('memory.max', '1000')),
    {
      outcomes: ['livelocked', 'degraded', 'contained'],
      words: /at memory\.max, which it reached 5,000 times, and nothing was killed.*unknown/,
    },
  );
});

t.test('over memory.high without PSI', async (t) => {
  const over = (current: number, more = '') =>
    look(`memory.current:${current}\nmemory.high:1000\n${at('memory.events', events({ high: 70 }))}${more}`);
  t.match(over(1333), { enough: true, outcomes: ['livelocked', 'degraded'], words: /33 % over memory\.high/ });
  t.match(over(1333, at('memory.pressure', psi(4, 3))).outcomes, ['degraded', 'contained'], 'PSI shows no standstill');
  t.match(over(1020).outcomes, ['livelocked', 'degraded', 'contained'], 'a little over it is where reclaim keeps it');
  t.match(over(400).outcomes, ['degraded', 'contained'], 'it came down');
  t.match(look('memory.current:1300\nmemory.high:1000\n'), { enough: true, outcomes: ['livelocked', 'degraded'] });
  const twice = [1300, 1400].map((current) => file('memory.current', `${current}\n`));
  t.match(
    look(...twice, file('memory.high', '1000\n')).words,
    /40 % over memory\.high, and was so at the first reading/,
  );
  const fell = [900, 1400].map((current) => file('memory.current', `${current}\n`));
  t.match(look(...fell, file('memory.high', '1000\n')).outcomes, []);
});

t.test('cgroup v1', async (t) => {
  const control = (disabled: number, under: number, kills: number) =>
    `memory.oom_control:oom_kill_disable ${disabled}\nmemory.oom_control:under_oom ${under}\nmemory.oom_control:oom_kill ${kills}\n`;
  t.match(look(control(1, 1, 0)), { outcomes: ['livelocked'], words: /its OOM killer is off/ });
  t.match(look(control(0, 1, 0)).outcomes, ['livelocked', 'contained']);
  t.match(look('oom_kill_disable 0\nunder_oom 0\noom_kill 4\n').words, /4 oom_kill.*limit of a cgroup above/);
  const docker = '/sys/fs/cgroup/memory/docker/abc';
  const full = `${docker}/memory.failcnt:9\n${docker}/memory.limit_in_bytes:1000000\n${docker}/memory.usage_in_bytes:999000\n`;
  t.match(look(full), { outcomes: ['livelocked', 'degraded', 'contained'], words: /has no PSI/ });
  t.match(look(full.replace('999000', '400000')).outcomes, ['degraded', 'contained']);
  t.match(look('memory.failcnt:0\nmemory.limit_in_bytes:9223372036854771712\n'), {
    outcomes: [],
    words: /limit none, failcnt 0/,
  });
  const log =
    '[ 1.0] Memory cgroup out of memory: Kill process 5 (a) score 9 or sacrifice child\n[ 1.0] Killed process 5 (a) total-vm:1kB\n';
  t.match(look(`${full}${log}`).words, /cgroup v1: .*failcnt 9[\s\S]*killed a \(PID 5\)/);
});

t.test('tasks that the kernel saw standing still', async (t) => {
  const blocked =
    '[ 1.0] INFO: task node:77 blocked for more than 122 seconds.\n[ 1.1] Call Trace:\n[ 1.2]  schedule+0x1\n';
  t.match(look(blocked), {
    enough: true,
    outcomes: ['livelocked', 'starved'],
    words: /node \(PID 77\) for more than 122 s\. .*open/,
  });
  t.match(look(`${blocked}[ 1.3]  mem_cgroup_handle_over_high+0x1b/0x200\n`), {
    outcomes: ['livelocked'],
    words: /node waited for memory \(mem_cgroup_handle_over_high/,
  });
  t.match(
    look('[ 1.0] INFO: task jbd2/sda1-8:262 blocked for more than 120 seconds.\n').words,
    /jbd2\/sda1-8 \(PID 262\)/,
  );
  const json = JSON.stringify({ _TRANSPORT: 'kernel', MESSAGE: 'INFO: task a:1 blocked for more than 120 seconds.' });
  t.match(look(json).outcomes, ['livelocked', 'starved']);
  t.match(look(blocked, at('memory.pressure', psi(90, 90))).outcomes, ['livelocked', 'escaped'], 'PSI goes before it');
});

t.test('a log can only show what it could have held', async (t) => {
  t.match(look('Nov 24 03:10:01 web systemd[1]: Started web.service.\n').words, /no line of the kernel/);
  t.match(
    look('Nov 24 03:10:01 web kernel: usb 1-1: new device\n').words,
    /lines of the kernel, and no kill by the kernel/,
  );
  t.match(look(file('dmesg.txt', '')).words, /no line of the kernel/);
  const untagged = 'TCP: request_sock_TCP: Possible SYN flooding on port 8080. Sending cookies.\n';
  t.match(look(untagged).words, /do not say whether the kernel wrote any of them/, 'journalctl -o cat');
  t.notMatch(look(untagged).words, /no line of the kernel|could not be in it/);
  t.match(
    look(untagged, file('a.log', 'Nov 24 03:10:01 web kernel: usb 1-1: new device\n')).words,
    /has lines of the kernel/,
  );
});

t.test('what other tools and people make of it', async (t) => {
  const colour = (text: string) =>
    `\u001b[35m\u001b[Kmemory.events\u001b[m\u001b[K\u001b[36m\u001b[K:\u001b[m\u001b[K${text}\n`;
  t.match(look(['low 0', 'high 7', 'oom_kill 0'].map(colour).join('')).words, /7 high/, 'grep --color=always');
  t.match(look('low\t0\nhigh\t5\nmax  0\noom 0\noom_kill 0 \n').words, /5 high/, 'tabs and blanks');
  t.match(
    look(`\`\`\`\n$ cat memory.events\n${events({ high: 5 })}\`\`\`\n> $ cat memory.pressure\n${psi(9, 9)}`).words,
    /5 high[\s\S]*9 %/,
  );
  const watch = `Every 2.0s: cat memory.events memory.current        web: Tue Nov 24 03:10:01 2026\n\n${events()}1000\n`;
  t.match(look(watch).words, /memory\.current is 1000B/);
  const sizes = look(`memory.max: 1073741824 (1G)\nmemory.current: 924M\n${at('memory.events', events({ high: 4 }))}`);
  t.match(sizes.words, /memory\.max is 1G[\s\S]*memory\.current \(924M\) is not written as the kernel/);
  t.notMatch(sizes.words, /NaN/);
  const recursive = `${at('./memory.events', events({ oom: 1, oom_kill: 1 }))}${at('./c1/memory.events', events({ oom: 1, oom_kill: 1 }))}`;
  t.match(look(recursive).words, /at the limit of a cgroup below/, 'grep -r');
  for (const text of [
    '               total        used        free\nMem:        16384000    16000000      100000\n',
    'CONTAINER ID   NAME      CPU %     MEM USAGE / LIMIT\nabc web 1.0% 9.7MiB / 10MiB\n',
  ])
    t.throws(() => look(text), { code: 'EVIDENCE_UNKNOWN' }, text);
});

t.test('memory.events counts limits of the cgroups below, and never of one above', async (t) => {
  const NO_LIMIT = 'memory.high:max\nmemory.max:max\n';
  const FULL = at('memory.pressure', psi(80, 79));
  const local = at('memory.events.local', events());
  const COUNTS: readonly Readonly<Record<string, number>>[] = [
    { high: 88_000 },
    { max: 391_021 },
    { high: 40, max: 39 },
  ];
  for (const counts of COUNTS)
    for (const own of [local, ''])
      for (const limits of [NO_LIMIT, own && 'memory.current:1000\n'].filter(Boolean)) {
        const found = look(`${at('memory.events', events(counts))}${own}${limits}${FULL}`);
        t.same(found.outcomes, ['livelocked'], JSON.stringify([counts, own, limits]));
        t.match(found.words, /the limit is one below this cgroup[\s\S]*Look at .* of the cgroups below it/);
        t.notMatch(found.words, /above it/);
      }
  const past = at('memory.events.local', events({ high: 88_000 }));
  t.match(look(`${at('memory.events', events({ high: 88_000 }))}${past}${NO_LIMIT}${FULL}`), {
    outcomes: ['escaped'],
    words: /a cgroup above it is at its limit/,
  });
  const open = { outcomes: ['livelocked', 'escaped'], words: /A cgroup below it, one above it or the whole host/ };
  t.match(look(`${local}${NO_LIMIT}${FULL}`), open, 'what is below was not saved');
  t.match(look(`${NO_LIMIT}${FULL}`), open, 'nothing was counted');
  const away = 'memory.high:1000000\nmemory.max:max\nmemory.current:4096\n';
  t.match(look(`${at('memory.events', events({ high: 88_000 }))}${away}${FULL}`), open, 'its own limit, long ago');
  t.match(look(`${at('memory.events', events({ high: 88_000 }))}${NO_LIMIT}${at('memory.pressure', psi(9, 3))}`), {
    outcomes: ['degraded', 'contained'],
    words: /^A cgroup below it reached a limit/,
  });
});

t.test('limits that were reached, and nothing that shows whether tasks stood still', async (t) => {
  const MAYBE = ['livelocked', 'degraded', 'contained'];
  const OVER = ['degraded', 'contained'];
  t.same(look(at('memory.events', events({ high: 48_211 }))).outcomes, MAYBE);
  t.same(look('low 0\nhigh 0\nmax 5512\n').outcomes, MAYBE);
  t.same(look(at('memory.events', events({ max: 3 }))).outcomes, OVER, 'too few for as long as a client waits');
  const COUNTED = at('memory.events', events({ high: 48_211 }));
  t.same(
    look(`${COUNTED}some avg10=4.00 avg60=1.00 avg300=0.50 total=9\n`).outcomes,
    OVER,
    'full is never more than some',
  );
  t.same(look(`${COUNTED}${at('memory.pressure', psi(4, 3))}`).outcomes, OVER);
  t.same(look(`${COUNTED}memory.current:1000\nmemory.high:9000\n`).outcomes, OVER, 'it came down');
  t.same(look(`${COUNTED}memory.current:1000\nmemory.high:max\n`).outcomes, MAYBE, 'the limit is one below');
});

t.test('a counter that is missing is unknown, and no sign that nothing happened', async (t) => {
  for (const text of [
    'low 0\nhigh 0\nmax 0\n',
    'high 0\nmax 0\noom 0\n',
    'memory.events:high 0\nmemory.events:max 0\nmemory.pressure:some avg10=0.00 avg60=0.00 avg300=0.00 total=5\n',
  ])
    t.match(look(text).words, /no harm\. Whether anything was killed is unknown: memory\.events has no oom_kill/, text);
  t.match(
    look('low 0\noom_kill 0\n').words,
    /Whether a limit was reached is unknown: memory\.events has no high and no max/,
  );
  t.match(look('low 0\nhigh 0\noom_kill 0\n').words, /memory\.events has no max/);
  t.notMatch(look(at('memory.events', events())).words, /memory\.events has no/);
  t.match(look('memory.events.local:high 0\n').words, /memory\.events\.local has no oom_kill/);
});
