import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import t from 'tap';
import { parseRecord } from '../record/reader.js';
import type { Entry } from '../record/schema.js';
import { AGENT_PID, CGROUP, compose, HOG_PID, hogProgress, SERVER_PID, TIMES } from '../testing/record.js';
import { describeKills } from '../verdict/kill-sentences.js';
import { judge } from '../verdict/verdict.js';
import { collectKills } from './kills.js';
import { study } from './study.js';

const AT = TIMES.injection + 2_000;
const line = (unit: string, message: string, t = AT): Entry => ({ type: 'journal', t, unit, message });
const kernel = (message: string, t?: number): Entry => line('kernel', message, t);
const earlyoom = (message: string, t?: number): Entry => line('earlyoom.service', message, t);

const choice = (pid: number, comm: string, memcg = CGROUP): string =>
  `oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=/,mems_allowed=0,oom_memcg=${memcg},task_memcg=${memcg},task=${comm},pid=${pid},uid=0`;
const death = (pid: number, comm: string): string =>
  `Memory cgroup out of memory: Killed process ${pid} (${comm}) total-vm:1073743272kB, anon-rss:2061944kB, file-rss:136kB, shmem-rss:0kB, UID:0 pgtables:4080kB oom_score_adj:0`;
const REACHED = 'memory: usage 2097152kB, limit 2097152kB, failcnt 83';
const LOW = 'low memory! at or below SIGTERM limits: mem  5.00%, swap 100.00%';
const term = (pid: number, comm: string): string =>
  `sending SIGTERM to process ${pid} uid 0 "${comm}": oom_score 1048, VmRSS 1664 MiB, cmdline "${comm}"`;

const deathsOf = (more: readonly Entry[]) => study(compose({ more })).parties.deaths ?? [];
const phrasesOf = (more: readonly Entry[]) => describeKills(deathsOf(more));

t.test('the kernel, at the limit of a cgroup', async (t) => {
  t.match(
    deathsOf([
      kernel('ugrep invoked oom-killer: gfp_mask=0xcc0'),
      kernel(REACHED),
      kernel(choice(HOG_PID, 'ugrep')),
      kernel(death(HOG_PID, 'ugrep')),
    ]),
    [
      {
        victim: 'ugrep',
        pid: HOG_PID,
        role: 'injection',
        name: 'hog',
        killer: 'kernel',
        signal: 'SIGKILL',
        limit: { kind: 'cgroup', cgroup: CGROUP, bytes: 2_147_483_648 },
        group: null,
        t: AT,
        atMs: 2_000,
      },
    ],
  );
  t.same(phrasesOf([kernel(REACHED), kernel(choice(HOG_PID, 'ugrep'))]), [
    'the kernel killed ugrep (PID 733, injection hog) 2.00 s after the injection, at the memory.max (2G) of web@blue.service',
  ]);
});

t.test('the ID of a container is as short as its engine shows it', async (t) => {
  const id = '32ac1b1691bd6b04163be96d2f4a28962c845e809b8878600ea69f5183440a67';
  for (const name of ['docker', 'libpod', 'cri-containerd'])
    t.match(
      phrasesOf([
        kernel(REACHED),
        kernel(choice(HOG_PID, 'ugrep').replaceAll(CGROUP, `/system.slice/${name}-${id}.scope`)),
      ]).join(),
      new RegExp(`of ${name}-32ac1b1691bd\\.scope$`),
    );
});

t.test("a line of a death alone does not name the cgroup, and takes no other kill's limit", async (t) => {
  const [, second] = deathsOf([
    kernel(REACHED),
    kernel(choice(HOG_PID, 'ugrep')),
    kernel(death(900, 'cat'), AT + 5_000),
  ]);
  t.match(second, { victim: 'cat', limit: { kind: 'cgroup', cgroup: null, bytes: null }, group: null, role: 'other' });
});

t.test('memory.oom.group: every victim has the limit, and the group', async (t) => {
  const more = [
    kernel('ugrep invoked oom-killer: gfp_mask=0xcc0'),
    kernel(REACHED),
    kernel(choice(HOG_PID, 'ugrep')),
    kernel(death(HOG_PID, 'ugrep')),
    kernel(`Tasks in ${CGROUP} are going to be killed due to memory.oom.group set`),
    kernel(death(HOG_PID, 'ugrep')),
    kernel(death(SERVER_PID, 'node')),
    kernel(death(AGENT_PID, 'agent')),
  ];
  t.same(phrasesOf(more), [
    'the kernel killed ugrep (PID 733, injection hog) with all of web@blue.service (memory.oom.group) 2.00 s after the injection, at the memory.max (2G) of web@blue.service',
    'the kernel killed node (PID 412, the server) with all of web@blue.service (memory.oom.group) 2.00 s after the injection, at the memory.max (2G) of web@blue.service',
    'the kernel killed agent (PID 430, bystander agent) with all of web@blue.service (memory.oom.group) 2.00 s after the injection, at the memory.max (2G) of web@blue.service',
  ]);
});

t.test('the whole guest', async (t) => {
  const message = 'Out of memory: Killed process 900 (cat) total-vm:5kB, anon-rss:1kB, file-rss:0kB, shmem-rss:0kB';
  t.same(phrasesOf([kernel(message)]), [
    'the kernel killed cat (PID 900) 2.00 s after the injection, because the whole guest was out of memory',
  ]);
});

t.test('earlyoom: by its limits, and not what it only announced or could not do', async (t) => {
  t.same(phrasesOf([earlyoom(LOW), earlyoom(term(HOG_PID, 'ugrep'))]), [
    'earlyoom sent SIGTERM to ugrep (PID 733, injection hog) 2.00 s after the injection, at its limits of 5 % of memory and 100 % of swap available',
  ]);
  const escalated = [earlyoom(term(HOG_PID, 'ugrep')), earlyoom('escalating to SIGKILL after 10.000 seconds')];
  t.match(deathsOf(escalated), [{ signal: 'SIGKILL', limit: null }]);
  t.same(deathsOf([earlyoom(term(900, 'cat')), earlyoom('dryrun, not actually sending any signal')]), []);
  t.same(deathsOf([earlyoom(term(900, 'cat')), earlyoom('kill failed: Operation not permitted')]), []);
});

t.test('many of one kind are one phrase', async (t) => {
  const more = [1, 2, 3, 4, 5].map((n) => earlyoom(term(900 + n, 'claude'), AT + n * 1_000));
  t.same(phrasesOf(more), [
    'earlyoom sent SIGTERM to claude 5 times (PIDs 901, 902, 903 and 2 more) from 3.00 s to 7.00 s after the injection, by a limit that is not known',
  ]);
});

const oomd = (message: string): Entry => line('systemd-oomd.service', message);
const BY_PRESSURE = 'due to memory pressure for /system.slice being 61.32% > 20.00% for > 20s with reclaim activity';

t.test('systemd-oomd: a whole cgroup, by pressure or by swap, of old and new systemd', async (t) => {
  const phrase =
    'systemd-oomd killed all of web@blue.service (the server) 2.00 s after the injection, because the memory pressure of system.slice was 61.32 %, above its limit of 20 %';
  t.same(phrasesOf([oomd(`Killed ${CGROUP} ${BY_PRESSURE}`)]), [phrase]);
  t.same(phrasesOf([oomd(`Marked ${CGROUP} for killing ${BY_PRESSURE}`)]), [phrase]);
  const bySwap = 'due to memory used (9) / total (9) and swap used (9) / total (9) being more than 90.00%';
  t.same(phrasesOf([oomd(`Killed /a.slice ${bySwap}`)]), [
    'systemd-oomd killed all of a.slice 2.00 s after the injection, because more than 90 % of memory and of swap was used',
  ]);
  const byUnit = line('web@blue.service', 'web@blue.service: systemd-oomd killed 4 process(es) in this unit.');
  t.same(phrasesOf([oomd(`Killed ${CGROUP} ${BY_PRESSURE}`), byUnit]), [phrase], 'once');
  t.same(phrasesOf([byUnit, oomd(`Killed ${CGROUP} ${BY_PRESSURE}`)]), [phrase], 'once, whichever comes first');
  t.same(phrasesOf([byUnit]), [
    'systemd-oomd killed all of web@blue.service (the server) 2.00 s after the injection, by a limit that is not known',
  ]);
});

t.test('a cgroup that systemd-oomd killed, and that held nothing of the injection, is another victim', async (t) => {
  t.match(
    judge(
      compose({
        expect: { outcomes: ['collateral-kill'] },
        more: [oomd(`Killed /user.slice/user-1000.slice ${BY_PRESSURE}`)],
      }),
    ),
    {
      outcome: 'collateral-kill',
      reasons: [/^systemd-oomd killed all of user-1000\.slice .*; it is not the hog\.$/],
    },
  );
});

t.test('a unit that systemd ended because of an OOM kill', async (t) => {
  t.same(phrasesOf([line('user@1001.service', "tmux-spawn-1.scope: Failed with result 'oom-kill'.")]), [
    'systemd ended all of tmux-spawn-1.scope 2.00 s after the injection, by its OOMPolicy, after an OOM kill in it',
  ]);
});

t.test('a hog that was killed, and no log says by what', async (t) => {
  const story = { progress: (at: number) => hogProgress(at < 20_000 ? 'holding' : 'killed', { signal: 9 }) };
  t.same(describeKills(study(compose(story)).parties.deaths ?? []), [
    'ugrep (PID 733, injection hog) was killed by SIGKILL 14.0 s after the injection, and no log names the killer',
  ]);
});

t.test("the harness' own release is not a kill", async (t) => {
  t.same(deathsOf([]), []);
  t.equal(study(compose({ keep: ({ type }) => type !== 'journal' })).parties.deaths, null, 'unknown without a log');
});

t.test('a process whose name two injections share, and whose PID none, is named after neither', async (t) => {
  const second: Entry = {
    type: 'injection',
    t: AT,
    kind: 'memory-hog',
    words: { noun: 'hog', verb: 'grow' },
    name: 'second',
    comm: 'ugrep',
    cgroup: CGROUP,
    targetBytes: null,
    describes: 'without end',
  };
  t.match(deathsOf([second, earlyoom(term(990, 'ugrep'))]), [{ role: 'injection', name: null }]);
});

/** What the drills of stored records show: each line of their logs is a real one. */
const STORED: Readonly<Record<string, readonly string[]>> = {
  'several-hogs': [
    'earlyoom sent SIGTERM to ugrep (PID 705, injection agent) 13.4 s after the injection, at its limits of 5 % of memory and 100 % of swap available',
    'the kernel killed rustc (PID 743, injection session) 16.3 s after the injection, at the memory.max (2G) of user-1001.slice',
  ],
};

for (const [name, phrases] of Object.entries(STORED)) {
  t.test(`the stored record ${name}`, async (t) => {
    const path = new URL(`../../fixtures/stored/1/record/${name}.jsonl.gz`, import.meta.url);
    const record = parseRecord(gunzipSync(readFileSync(path)).toString(), name);
    t.same(describeKills(study(record).parties.deaths ?? []), phrases);
    t.ok(collectKills(record.entries).length > 0);
  });
}
