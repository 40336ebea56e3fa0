import t from 'tap';
import { diagnose } from '../diagnose.js';
import { readEvidence } from '../evidence.js';

const look = (text: string, name = 'saved.log') => diagnose(readEvidence([{ name, text }]));
const lines = (...each: readonly string[]) => each.map((line, index) => `[ 100.00000${index}] ${line}\n`).join('');
const said = (text: string): string => look(text).reasons.join('\n');
const OPEN = ['contained', 'unit-stopped', 'collateral-kill'];

t.test('every form in which a kernel names its victim', async (t) => {
  const OLD = 'Memory cgroup out of memory: Kill process 7 (java) score 900 or sacrifice child';
  const forms: Readonly<Record<string, readonly string[]>> = {
    '2.6.18': ['Out of memory: Killed process 7 (java).'],
    '2.6.32': ['Out of memory: kill process 7 (java) score 900 or a child', 'Killed process 7 (java)'],
    '2.6.33': [
      'Memory cgroup out of memory: kill process 7 (java) score 900 or a child',
      'Killed process 7 (java) vsz:8221844kB, anon-rss:1195384kB, file-rss:19160kB',
    ],
    'RHEL 6': [OLD, 'Killed process 7, UID 679, (java) total-vm:11017300kB, anon-rss:7152432kB, file-rss:1232kB'],
    '3.10': [OLD, 'Killed process 7 (java) total-vm:20255636kB, anon-rss:466160kB, file-rss:13684kB'],
    'RHEL 7': [OLD, 'Killed process 7 (java), UID 101, total-vm:8221844kB, anon-rss:1kB, file-rss:1kB, shmem-rss:1kB'],
    '4.19': [OLD, 'Killed process 7 (java) total-vm:8kB, anon-rss:1kB, file-rss:1kB, shmem-rss:0kB'],
    '5.1': [
      'Memory cgroup out of memory: Killed process 7 (java) total-vm:8kB, anon-rss:1kB, file-rss:1kB, shmem-rss:0kB',
    ],
    '5.10': [
      'oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=/,mems_allowed=0,oom_memcg=/a,task_memcg=/a,task=java,pid=7,uid=0',
      'Memory cgroup out of memory: Killed process 7 (java) total-vm:8kB, anon-rss:1kB, file-rss:1kB, shmem-rss:0kB, UID:0 pgtables:452kB oom_score_adj:0',
    ],
    oom_kill_allocating_task: ['Out of memory (oom_kill_allocating_task): Killed process 7 (java) total-vm:8kB'],
    'cut off': ['Memory cgroup out of memory: Killed process 7 (java) tot'],
    'its death alone': ['Killed process 7 (java) total-vm:8kB, anon-rss:1kB, file-rss:1kB, shmem-rss:0kB'],
    'its choice alone': [OLD],
  };
  for (const [version, text] of Object.entries(forms)) {
    const { outcomes, reasons, enough } = look(lines(...text));
    t.equal(enough, true, version);
    t.ok(outcomes.length > 0, version);
    t.match(reasons.join('\n'), /killed java \(PID 7\)/, version);
    t.equal(reasons.join('\n').match(/The kernel killed java/g)?.length, 1, `${version}: once`);
  }
});

t.test('a death of which the limit is unknown, next to one at the limit above', async (t) => {
  const choice =
    'oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=/,mems_allowed=0,oom_memcg=/a,task_memcg=/a/b,task=x,pid=7,uid=0';
  const death = (pid: number) => `Memory cgroup out of memory: Killed process ${pid} (x) total-vm:8kB`;
  const above = look(lines(choice, death(7), death(8)));
  t.match(above, { outcomes: OPEN, scenario: null });
  t.match(
    above.reasons.join('\n'),
    /at the limit of a cgroup above that of the victim[\s\S]*not the limit of the victim's own cgroup \/a\/b/,
  );
  t.notMatch(above.reasons.join('\n'), /of this cgroup at its limit/);
  const own = choice.replace('oom_memcg=/a,', 'oom_memcg=/c,').replace('/a/b,task=x,pid=7', '/c,task=x,pid=9');
  const both = look(lines(choice, death(7), own, death(9))).reasons.join('\n');
  t.match(both, /not always at the limit of the victim's own cgroup/);
  t.notMatch(both, /of this cgroup at its limit/);
});

t.test("the kernel's words in a line of another program are not a kill", async (t) => {
  const death = 'Out of memory: Killed process 1 (foo) total-vm:1kB, anon-rss:1kB, file-rss:0kB';
  const blocked = 'INFO: task java:7 blocked for more than 120 seconds.';
  for (const text of [
    `Jul 02 15:42:01 web alertd[88]: example text: ${death}`,
    `Jul 02 15:42:01 web alertd: ${death}`,
    `2026-07-02T15:42:01+02:00 web alertd[88]: ${blocked}`,
    JSON.stringify({ _TRANSPORT: 'stdout', SYSLOG_IDENTIFIER: 'alertd', MESSAGE: death }),
  ])
    t.match(look(text), { outcomes: [], enough: false }, text);
  t.match(said(`Jul 02 15:42:01 web alertd[88]: ${death}`), /alertd writes what sounds like a kill: Out of memory/);
  for (const from of ['kernel', 'klogd', 'dmesg[12]', 'node-problem-detector[12]'])
    t.match(said(`Jul 02 15:42:01 web ${from}: ${death}`), /The kernel killed foo/, from);
  t.match(said(`Jul 02 15:42:01 ${death}`), /The kernel killed foo/, 'without a sender');
});

t.test('what is not known of the limit is not said', async (t) => {
  const death = look(lines('Killed process 7 (java) total-vm:8kB, anon-rss:1kB, file-rss:1kB'));
  t.same(death.outcomes, [...OPEN, 'escaped']);
  t.match(death.reasons[0], /do not show whether a cgroup was at its limit or the whole host/);
  t.match(
    said(lines('Memory cgroup out of memory: Kill process 7 (java) score 900 or sacrifice child')),
    /has the choice of this victim, and not its death/,
  );
});

t.test('a rate-limited header: a death after another kill takes nothing of its limit', async (t) => {
  const choice =
    'oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=/,mems_allowed=0,oom_memcg=/a,task_memcg=/a/b,task=x,pid=7,uid=0';
  const death = (pid: number) => `Memory cgroup out of memory: Killed process ${pid} (x) total-vm:8kB`;
  const text = said(lines('x invoked oom-killer: gfp_mask=0xcc0', choice, death(7), death(8)));
  t.match(text, /killed x \(PID 7\) at the limit of \/a, in \/a\/b\./);
  t.match(text, /killed x \(PID 8\)\.$/m);
});

t.test('one victim twice, and one PID twice', async (t) => {
  const kill = (clock: string, comm: string) =>
    `Nov 24 ${clock} web kernel: Memory cgroup out of memory: Killed process 7 (${comm}) total-vm:8kB\n`;
  const count = (text: string) => said(text).match(/The kernel killed . \(/g)?.length;
  t.equal(count(kill('03:10:01', 'x') + kill('03:10:02', 'x')), 1);
  t.notMatch(said(kill('03:10:01', 'x') + kill('03:10:02', 'x')), /2 times/);
  t.match(said(kill('03:10:01', 'x') + kill('09:10:02', 'x')), /has that 2 times/, 'hours apart, without a header');
  t.notMatch(said(kill('23:59:59', 'x') + kill('00:00:01', 'x').replace('Nov 24', 'Nov 25')), /2 times/, 'midnight');
  t.equal(
    count(
      `${kill('03:10:01', 'x')}Nov 24 07:00:00 web kernel: x invoked oom-killer: gfp_mask=0\n${kill('07:00:00', 'x')}`,
    ),
    2,
  );
  t.equal(
    count(
      `${kill('03:10:01', 'x')}Nov 24 03:10:02 web kernel: y invoked oom-killer: gfp_mask=0\n${kill('03:10:02', 'y')}`,
    ),
    2,
  );
});

t.test('what dmesg and the journal both show is one kill', async (t) => {
  const death = 'Memory cgroup out of memory: Killed process 7 (x) total-vm:8kB';
  const see = (...texts: readonly string[]) =>
    diagnose(readEvidence(texts.map((text, index) => ({ name: `${index}.log`, text: `${text}\n` })))).reasons.join(
      '\n',
    );
  const isTwice = (text: string) => /has that 2 times/.test(text);
  const journal = `Nov 24 03:10:01 web kernel: ${death}`;
  t.notOk(isTwice(see(`[  100.0] ${death}`, journal)));
  t.notOk(isTwice(see(`[Tue Nov 24 03:10:01 2026] ${death}`, journal)));
  t.ok(isTwice(see(journal, journal.replace('03:10', '09:10'))), 'the PID was used again');
  t.ok(isTwice(see(journal, journal.replace('Nov 24', 'Nov 25'))));
});

t.test('names with anything in them', async (t) => {
  for (const comm of ['Web Content', 'node (x)', 'a) total-vm:', '(sd-pam)', 'a[b]{c}', ',pid=9,uid=1', 'x, UID 5,']) {
    const choice = `oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=/,mems_allowed=0,oom_memcg=/a,task_memcg=/a,task=${comm},pid=7,uid=0`;
    t.ok(said(lines(choice)).includes(`killed ${comm} (PID 7) at the limit of /a.`), comm);
    t.ok(
      said(lines(`Memory cgroup out of memory: Killed process 7 (${comm}) total-vm:8kB`)).includes(
        `killed ${comm} (PID 7).`,
      ),
      comm,
    );
    t.ok(
      said(lines(`Out of memory: Kill process 7 (${comm}) score 9 or sacrifice child`)).includes(
        `killed ${comm} (PID 7).`,
      ),
      comm,
    );
  }
});

t.test('the cgroup of the limit and the one of the victim, in old kernels and where the line is broken', async (t) => {
  const death = [
    'Memory cgroup out of memory: Kill process 7 (x) score 9 or sacrifice child',
    'Killed process 7 (x) total-vm:8kB',
  ];
  for (const report of [
    ['Task in /a/b killed as a result of limit of /a'],
    ['Task in /a/b', ' killed as a result of limit of /a'],
  ])
    t.match(said(lines('x invoked oom-killer: gfp_mask=0xd0', ...report, ...death)), /at the limit of \/a, in \/a\/b/);
});

t.test('the task that asked, with its PID and cpuset', async (t) => {
  const choice = (cpuset: string) =>
    `oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=${cpuset},mems_allowed=0,oom_memcg=/a,task_memcg=/a/b.scope,task=x,pid=7,uid=0`;
  const log = (cpuset: string) =>
    lines(
      'batch worker invoked oom-killer: gfp_mask=0xcc0',
      'CPU: 1 UID: 0 PID: 212 Comm: batch worker Not tainted 6.12',
      choice(cpuset),
    );
  t.same(look(log('c.scope')).outcomes, ['collateral-kill', 'contained', 'unit-stopped']);
  t.match(said(log('c.scope')), /batch worker \(PID 212, cpuset c\.scope\) asked for the memory/);
  t.same(look(log('b.scope')).outcomes, OPEN, 'the same cgroup');
  t.same(look(log('/')).outcomes, OPEN, 'no cpuset');
});

t.test('a victim that was exiting already was not killed', async (t) => {
  const exiting = lines(
    'x invoked oom-killer: gfp_mask=0xcc0',
    'oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=/,mems_allowed=0,oom_memcg=/a,task_memcg=/a,task=x,pid=7,uid=0',
    'Memory cgroup out of memory: OOM victim 7 (x) is already exiting. Skip killing the task',
  );
  t.notMatch(said(exiting), /killed x/);
});

t.test('a panic for memory', async (t) => {
  for (const why of ['Out of memory: system-wide panic_on_oom is enabled', 'System is deadlocked on memory'])
    t.match(look(lines(`Kernel panic - not syncing: ${why}`)), { outcomes: ['escaped'], reasons: [/panicked/] });
  t.notMatch(said(lines('Kernel panic - not syncing: Fatal exception')), /panicked/);
});

const CHOICE =
  'Nov 24 03:10:01 web kernel: oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=/,mems_allowed=0,oom_memcg=/system.slice/web.service,task_memcg=/system.slice/web.service,task=job,pid=7,uid=0\n';
const systemd = (message: string) => `Nov 24 03:10:02 web systemd[1]: ${message}\n`;

t.test('what systemd says decides what a kill left open', async (t) => {
  t.same(look(CHOICE).outcomes, OPEN);
  t.same(look(CHOICE + systemd("web.service: Failed with result 'oom-kill'.")).outcomes, ['unit-stopped']);
  const main = systemd('web.service: Main process exited, code=killed, status=9/KILL');
  t.same(look(CHOICE + main).outcomes, ['unit-stopped'], 'its main process was the victim');
  t.same(look(CHOICE + main.replace('web.service', 'db.service')).outcomes, OPEN, 'another unit');
  const alone = look(main + systemd("web.service: Failed with result 'signal'."));
  t.match(alone, { enough: false, outcomes: [] }, 'SIGKILL of unknown origin');
  t.match(alone.reasons.join('\n'), /killed by SIGKILL/);
  const oom = systemd('web.service: A process of this unit has been killed by the OOM killer.');
  t.same(look(oom + main).outcomes, ['unit-stopped']);
  t.same(look(oom).outcomes, [...OPEN, 'escaped']);
});

t.test('systemctl show: its own next step', async (t) => {
  const show = (...facts: readonly string[]) => ({ name: 'show.txt', text: `${facts.join('\n')}\n` });
  const log = { name: 'kernel.log', text: CHOICE };
  const see = (...files: readonly { name: string; text: string }[]) => diagnose(readEvidence(files));
  const alive = ['ActiveState=active', 'Result=success', 'NRestarts=0', 'MainPID=3'];
  t.same(see(log, show(...alive, 'OOMPolicy=continue')).outcomes, ['contained']);
  t.same(see(log, show(...alive, 'OOMPolicy=stop')).outcomes, OPEN, 'it may have been started again by hand');
  t.same(see(log, show(...alive.slice(0, 3), 'MainPID=7', 'OOMPolicy=continue')).outcomes, OPEN, 'the victim itself');
  t.same(see(log, show('ActiveState=active', 'NRestarts=2', 'MainPID=3', 'OOMPolicy=continue')).outcomes, OPEN);
  const restarted = show('ActiveState=active', 'NRestarts=2', 'MainPID=3', 'OOMPolicy=stop');
  t.match(see(log, restarted), {
    outcomes: ['unit-stopped', 'contained', 'collateral-kill'],
    reasons: [/./, /./, /probable/],
  });
  t.same(see(show(...alive), log, show(...alive)).outcomes, ['contained'], 'the same main process before and after');
  t.same(see(log, show('Id=db.service', ...alive, 'OOMPolicy=continue')).outcomes, OPEN, 'another unit');
  t.match(see(show(...alive, 'OOMPolicy=continue')), { enough: false, outcomes: [] }, 'no kill at all');
  t.same(see(log, show('ActiveState=failed', 'Result=oom-kill')).outcomes, ['unit-stopped']);
  t.match(see(show('ActiveState=failed', 'Result=signal', 'ExecMainCode=2', 'ExecMainStatus=9')), {
    enough: false,
    reasons: [/certain/, /killed by SIGKILL/],
  });
});

t.test('systemctl status, with the journal at its end', async (t) => {
  const status = (state: string, main: string) =>
    `● web.service - Web\n     Loaded: loaded (/etc/systemd/system/web.service; enabled)\n     Active: ${state} since Wed 2026-08-19 15:38:39 CST; 9s ago\n   Main PID: ${main}\n\nAug 19 15:38:39 host systemd[1]: web.service: A process of this unit has been killed by the OOM killer.\n`;
  t.same(look(status('failed (Result: oom-kill)', '9 (code=killed, signal=TERM)')).outcomes, ['unit-stopped']);
  t.same(look(status('failed (Result: signal)', '9 (code=killed, signal=KILL)')).outcomes, ['unit-stopped']);
  t.same(look(status('active (running)', '9 (node)')).outcomes, [...OPEN, 'escaped']);
});

t.test('systemd-oomd', async (t) => {
  const oomd = (message: string) => `Nov 24 03:10:02 web systemd-oomd[8]: ${message}\n`;
  const why = 'due to memory pressure for /system.slice being 61.32% > 20.00% for > 20s with reclaim activity';
  for (const text of [
    oomd(`Killed /system.slice/a.service ${why}`),
    oomd(`Marked /system.slice/a.service for killing ${why}`),
    systemd('a.service: systemd-oomd killed 4 process(es) in this unit.'),
  ])
    t.match(look(text), {
      outcomes: ['unit-stopped', 'collateral-kill'],
      reasons: [/systemd-oomd killed .*a\.service/],
    });
  t.match(look(oomd('oomd dry-run: Would have tried to kill /a.slice with recurse=true')), { outcomes: [] });
});

t.test('earlyoom, of all versions, and what it only announced', async (t) => {
  const earlyoom = (message: string) => `Nov 24 03:10:02 web earlyoom[8]: ${message}\n`;
  for (const message of [
    'sending SIGTERM to process 7 uid 1000 "(sd-pam)": badness 733, VmRSS 3 MiB',
    'sending SIGTERM to process 7 uid 1000 "(sd-pam)": oom_score 800, VmRSS 1200 MiB, cmdline "x"',
    'sending SIGKILL to process 7 "(sd-pam)": badness 733, VmRSS 3 MiB',
    'Killing process 7 (sd-pam)',
  ])
    t.match(said(earlyoom(message)), /earlyoom sent .*\(sd-pam\) \(PID 7\)/);
  const term = earlyoom('sending SIGTERM to process 7 uid 0 "x": badness 1, VmRSS 3 MiB');
  t.match(said(term + earlyoom('escalating to SIGKILL after 10.000 seconds')), /sent SIGKILL to x/);
  for (const not of ['dryrun, not actually sending any signal', 'kill failed: Operation not permitted'])
    t.match(look(term + earlyoom(not)), { enough: false, outcomes: [] }, not);
});

t.test("nohang, Meta's oomd and Talos", async (t) => {
  const nohang = [
    'PID: 903309, name: mysqld, badness: 849',
    'Implement a corrective action:',
    '  Send SIGTERM to the victim; total response time: 13246 ms',
  ].map((line) => `Nov 24 03:10:02 web nohang[8]: ${line}\n`);
  t.match(said(nohang.join('')), /nohang sent SIGTERM to mysqld \(PID 903309\)/);
  const kill = (killer: string) =>
    lines(
      `oomd kill: 52.61 52.34 26.05 system.slice/hog.service 3118 ruleset:[system] detectorgroup:[slow] killer:${killer} v2`,
    );
  t.match(look(kill('kill_by_pressure')), { outcomes: ['unit-stopped', 'collateral-kill'], reasons: [/hog\.service/] });
  const own = (what: string) => `Nov 24 03:10:02 web oomd[8]: [../src/oomd/plugins/BaseKillPlugin.cpp:118] ${what}\n`;
  t.match(said(own('Trying to kill /sys/fs/cgroup/system.slice/hog.service')), /oomd killed all of system\.slice\/hog/);
  t.match(
    said(own('OOMD: In dry-run mode; would have tried to kill /sys/fs/cgroup/a.slice')),
    /would have killed a\.slice/,
  );
  t.match(look(kill('(dry)kill_by_pressure')), { outcomes: [], reasons: [/certain/, /dry run/] });
});

t.test('Kubernetes: the ends of containers', async (t) => {
  const yaml = (reason: string, exit: number) =>
    `status:\n  containerStatuses:\n  - containerID: containerd://1f\n    lastState:\n      terminated:\n        exitCode: ${exit}\n        finishedAt: "2026-01-12T20:27:31Z"\n        reason: ${reason}\n        startedAt: "2026-01-12T20:20:00Z"\n    name: web\n    restartCount: 4\n    state:\n      running:\n        startedAt: "2026-01-12T20:27:32Z"\n`;
  const json = (reason: string, exit: number) =>
    JSON.stringify({
      status: { containerStatuses: [{ lastState: { terminated: { exitCode: exit, reason } }, name: 'web' }] },
    });
  const describe = (reason: string, exit: number) =>
    `Name:  web-0\nContainers:\n  web:\n    Image:  web:1\n    State:          Running\n      Started:      Fri, 15 Sep 2023 09:56:14 +0200\n    Last State:     Terminated\n      Reason:       ${reason}\n      Exit Code:    ${exit}\n      Started:      Fri, 15 Sep 2023 09:56:14 +0200\n    Restart Count:  4\n`;
  for (const form of [yaml, json, describe]) {
    t.match(look(form('OOMKilled', 137), 'pod.txt'), {
      outcomes: ['unit-stopped'],
      reasons: [/the container web ended by an OOM kill/],
    });
    t.match(look(form('Error', 137), 'pod.txt'), {
      enough: false,
      outcomes: [],
      reasons: [/certain/, /web ended by SIGKILL/],
    });
    t.match(look(form('OOMKilled', 143), 'pod.txt'), {
      outcomes: [...OPEN, 'escaped'],
      reasons: [/OOM killer/, /first process did not end by SIGKILL/],
    });
    t.throws(() => look(form('Completed', 0), 'pod.txt'), { code: 'EVIDENCE_UNKNOWN' }, 'nothing of a kill');
  }
});

t.test('Kubernetes: events, rows and runtimes', async (t) => {
  const evicted =
    'Warning  Evicted  2m  kubelet  The node was low on resource: memory. Threshold quantity: 100Mi, available: 80Mi.\n';
  t.match(look(evicted), { outcomes: ['unit-stopped', 'collateral-kill'], reasons: [/kubelet evicted a pod/] });
  t.match(look(evicted.replace('memory', 'ephemeral-storage')), {
    outcomes: [],
    reasons: [/certain/, /not for memory/],
  });
  t.match(look('NAME   READY  STATUS     RESTARTS  AGE\nweb-0  0/1    OOMKilled  5         3m\n'), {
    outcomes: ['unit-stopped'],
  });
  const event =
    'Memory cgroup out of memory: Kill process 4711 (java) score 998 or sacrifice child\\nKilled process 4712 (sh) total-vm:8kB';
  t.match(said(`  "message": "${event}",\n`), /killed sh \(PID 4712\).*had chosen java \(PID 4711\)/);
  for (const runtime of [
    'time="2026-01-01T00:00:00Z" level=info msg="TaskOOM event container_id:\\"0e4095bba1fe\\""',
    'conmon 0e4095bba1feccdfe7ef <ninfo>: OOM received',
    'I1010 17:41:57 4991 manager.go:1126] Created an OOM event in container "/kubepods/pod1" at 2017',
  ])
    t.match(look(runtime), { outcomes: [...OPEN, 'escaped'], reasons: [/OOM/, /runtime saw an OOM kill in/] });
  t.match(
    said('Normal  Killing  2m  kubelet  Container web failed liveness probe, will be restarted\n'),
    /kubelet itself ended/,
  );
});

t.test('docker and podman', async (t) => {
  const inspect = (state: object) => JSON.stringify([{ Id: '0e', State: state, Name: '/web' }]);
  const see = (state: object) => look(inspect(state), 'inspect.json');
  t.match(see({ Status: 'exited', Running: false, OOMKilled: true, ExitCode: 137 }), {
    outcomes: ['unit-stopped'],
    reasons: [/the container web ended by an OOM kill/],
  });
  t.match(see({ Status: 'running', Running: true, OOMKilled: true, ExitCode: 0 }), {
    outcomes: ['contained', 'collateral-kill'],
    reasons: [/since it was started, and its first process goes on/],
  });
  t.match(see({ Status: 'exited', Running: false, OOMKilled: false, ExitCode: 137 }), {
    enough: false,
    outcomes: [],
    reasons: [/certain/, /SIGKILL, and its engine saw no OOM kill/],
  });
  t.match(see({ Status: 'exited', Running: false, OOMKilled: false, ExitCode: 1 }), { enough: false, outcomes: [] });
  const ID = '29d72966e0beb17d9b0b9fbcbfc734e2';
  const text = [
    `2026-05-04T18:05:45.011072877-05:00 container oom ${ID} (image=web, name=web)`,
    `2026-05-04T18:05:45.211072877-05:00 container die ${ID} (exitCode=137, image=web, name=web)`,
  ];
  t.match(look(text.join('\n')), {
    outcomes: ['unit-stopped'],
    reasons: [/web ended by SIGKILL .* after an OOM kill in it/],
  });
  t.match(look(text[1] ?? ''), { enough: false, outcomes: [] }, 'exit 137 alone is SIGKILL of unknown origin');
  t.same(look(text[0] ?? '').outcomes, [...OPEN, 'escaped']);
  t.match(
    said(`{"status":"oom","id":"${ID}","from":"9e0d","time":1449497871}\n`),
    /killed in the container 29d72966e0be/,
  );
  t.match(said('web-1 exited with code 137\n'), /the container web-1 ended by SIGKILL/);
  t.match(said('0abc  web  "node"  2 hours ago  Exited (137) 9 minutes ago  web-1\n'), /web-1 ended by SIGKILL/);
});

t.test('a killer that is not known here is called that', async (t) => {
  for (const text of [
    "10-24 14:24:26.342   710   710 I lowmemorykiller: Kill 'com.example' (17933), uid 10446, oom_score_adj 0 to free 140528kB rss\n",
    'Nov 24 03:10:02 web guardian[8]: memory limit exceeded, terminating worker 5\n',
    'Nov 24 03:10:02 web guardian[8]: sending SIGKILL to pid 5\n',
    'Nov 24 03:10:02 web postgres[8]: server process (PID 5) was terminated by signal 9: Killed\n',
  ]) {
    const { outcomes, reasons, enough } = look(text);
    t.same([outcomes, enough], [[], false], text);
    t.match(reasons.join('\n'), /A killer that is not known here says: /, text);
    t.notMatch(reasons.join('\n'), /no kill|no log has/, text);
  }
  t.notMatch(said('Nov 24 03:10:02 web kernel: OOM killer disabled.\n'), /not known here says/);
  t.notMatch(said('Nov 24 03:10:02 web java[8]: java.lang.OutOfMemoryError: Java heap space\n'), /not known here says/);
});

t.test('kills that memory.events counts, and that its own limit did not cause', async (t) => {
  const events = (oom: string, max = 0) => [
    { name: 'memory.events', text: `low 0\nhigh 0\nmax ${max}\n${oom}oom_kill 3\n` },
  ];
  t.match(diagnose(readEvidence(events('oom 0\n'))), { outcomes: ['collateral-kill', 'escaped'], scenario: null });
  t.same(diagnose(readEvidence(events('oom 4\n', 9))).outcomes, OPEN);
  t.same(diagnose(readEvidence(events(''))).outcomes, OPEN, 'what is absent is unknown, not zero');
});

t.test('the reaper works only after a kill, and names its victim', async (t) => {
  const reaped = (pid: number, comm = 'java') =>
    `oom_reaper: reaped process ${pid} (${comm}), now anon-rss:0kB, file-rss:0kB, shmem-rss:0kB`;
  for (const line of [
    reaped(4242),
    'oom_reaper: reaped process 4242 (java',
    'oom_reaper: unable to reap pid:4242 (java)',
  ]) {
    const alone = look(lines(line));
    t.same(alone.outcomes, [...OPEN, 'escaped'], line);
    t.equal(alone.enough, true);
    t.match(alone.reasons[0], /do not show whether a cgroup was at its limit or the whole host/);
    t.match(alone.reasons.join('\n'), /killed java \(PID 4242\)\./);
    t.notMatch(alone.reasons.join('\n'), /no kill by the kernel/);
  }
  t.match(said(lines(reaped(7, 'a) (b'))), /killed a\) \(b \(PID 7\)/);
  const death = 'Memory cgroup out of memory: Killed process 7 (x) total-vm:8kB';
  const once = look(lines('x invoked oom-killer: gfp_mask=0xcc0', death, reaped(7, 'x'))).reasons.join('\n');
  t.equal(once.match(/killed x/g)?.length, 1, 'a death and its reaping are one kill');
  const late = said(
    lines(
      death,
      'y invoked oom-killer: gfp_mask=0xcc0',
      'Task in /b/c killed as a result of limit of /b',
      reaped(7, 'x'),
      death.replace('7 (x)', '8 (y)'),
    ),
  );
  t.match(late, /killed x \(PID 7\)\.$/m, 'a reaping after the header of the next kill takes nothing of it');
  t.match(late, /killed y \(PID 8\) at the limit of \/b, in \/b\/c/);
  t.match(
    said(lines('Memory cgroup out of memory: Kill process 6 (java) score 9 or sacrifice child', reaped(7))),
    /killed java \(PID 7\)\. It had chosen java \(PID 6\)/,
  );
});

t.test('a victim that does not end stands still', async (t) => {
  const death = 'Memory cgroup out of memory: Killed process 7 (java) total-vm:8kB, anon-rss:1kB';
  const blocked = (pid: number) => `INFO: task java:${pid} blocked for more than 120 seconds.`;
  const unreaped = 'oom_reaper: unable to reap pid:7 (java)';
  for (const text of [
    [death, unreaped, blocked(7)],
    [death, blocked(7)],
    [death, unreaped, blocked(9)],
    [unreaped, blocked(7)],
  ]) {
    const { outcomes, reasons } = look(lines(...text));
    t.equal(outcomes[0], 'livelocked', text.join());
    t.ok(outcomes.includes('contained'));
    t.match(reasons.join('\n'), /java \(PID 7\) did not end/);
  }
  t.notOk(look(lines(death, unreaped)).outcomes.includes('livelocked'));
  t.match(said(lines(death, unreaped)), /could not take back the memory of java \(PID 7\) within a second/);
  t.notOk(look(lines(death, blocked(9))).outcomes.includes('livelocked'), 'another task');
});

t.test('a group that was killed at the limit of a cgroup above it', async (t) => {
  const POD = '/kubepods.slice/kubepods-pod1.slice';
  const log = (limit: string, group: string, ...before: string[]) =>
    look(
      lines(
        ...before,
        `oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=a.scope,mems_allowed=0,oom_memcg=${limit},task_memcg=${POD}/b.scope,task=node,pid=10,uid=0`,
        'Memory cgroup out of memory: Killed process 10 (node) total-vm:8kB',
        `Tasks in ${group} are going to be killed due to memory.oom.group set`,
        'Memory cgroup out of memory: Killed process 10 (node) total-vm:8kB',
        'Memory cgroup out of memory: Killed process 11 (sh) total-vm:8kB',
      ),
    );
  for (const before of [[], ['java invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=996']]) {
    const { outcomes, reasons } = log(POD, `${POD}/b.scope`, ...before);
    t.same(outcomes, ['unit-stopped', 'collateral-kill']);
    t.match(
      reasons.join('\n'),
      /not the limit of the victim's own cgroup \S+\/b\.scope, but of \S+pod1\.slice above it/,
    );
  }
  t.match(log(POD, POD), { outcomes: ['unit-stopped'] }, 'the group is the cgroup of the limit');
  t.match(log(`${POD}/b.scope`, `${POD}/b.scope`).outcomes, ['unit-stopped']);
});
