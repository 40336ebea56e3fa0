import t from 'tap';
import { diagnose } from './diagnose.js';
import { readEvidence } from './evidence.js';

// Pieces of logs and of tools' output as people pasted them into public issues, each named after its report, with other
// hosts and names. Each was read wrongly once.

interface Piece {
  readonly text: string;
  readonly next?: RegExp;
  readonly outcomes: readonly string[];
  readonly says: RegExp;
  readonly neverSays?: RegExp;
}

const OPEN = ['contained', 'unit-stopped', 'collateral-kill'];

const PIECES: Readonly<Record<string, Piece>> = {
  'marathon 1295: a thread was chosen, and the death line has its main thread': {
    text: `[9143134.80] java invoked oom-killer: gfp_mask=0xd0, order=0, oom_score_adj=0
[9143134.81] java cpuset=5929cf05 mems_allowed=0
[9143134.82] CPU: 2 PID: 32498 Comm: java Not tainted 3.14.18-gentoo #2
[9143134.83] Task in /docker/5929cf05 killed as a result of limit of /docker/5929cf05
[9143134.84] memory: usage 262144kB, limit 262144kB, failcnt 1234
[9143134.85] memory+swap: usage 262144kB, limit 524288kB, failcnt 0
[9143134.86] Memory cgroup out of memory: Kill process 32498 (java) score 1000 or sacrifice child
[9143134.87] Killed process 32490 (java) total-vm:4036000kB, anon-rss:240000kB, file-rss:12000kB`,
    outcomes: OPEN,
    says: /killed a child of it, or its main thread/,
    neverSays: /another one was|contradicts/,
  },
  'for-linux 1001: a limit of kernel memory looks like a host without memory': {
    text: `Jul 31 07:38:07 a kernel: [52217.76] bash invoked oom-killer: gfp_mask=0x0(), order=0, oom_score_adj=0
Jul 31 07:38:07 a kernel: [52217.77] oom-kill:constraint=CONSTRAINT_NONE,nodemask=(null),cpuset=/,mems_allowed=0,global_oom,task_memcg=/user.slice,task=node,pid=9000,uid=0`,
    outcomes: ['escaped', 'collateral-kill'],
    says: /host may have had memory left/,
    neverSays: /The whole host ran out of memory/,
  },
  'SSP 76: RHEL 6, its death alone': {
    text: 'Mar  2 17:35:10 a kernel: [2858609.59] Killed process 11726, UID 498, (mysqld) total-vm:7823732kB, anon-rss:2539268kB, file-rss:768kB',
    outcomes: [...OPEN, 'escaped'],
    says: /killed mysqld \(PID 11726\)/,
  },
  'taskserver 71: what grep leaves of many kills': {
    text: `Aug 21 14:42:49 a kernel: [2169057.15] taskd invoked oom-killer: gfp_mask=0x201da, order=0, oom_score_adj=0
Aug 21 22:06:58 a kernel: [2195706.03] taskd invoked oom-killer: gfp_mask=0x201da, order=0, oom_score_adj=0`,
    outcomes: [],
    says: /ends before it shows the victim, or lacks those lines/,
  },
  'a limit other than that of memory': {
    text: `[1.0] x invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=0
[1.1] memory: usage 100000kB, limit 2097152kB, failcnt 0
[1.2] kmem: usage 51200kB, limit 51200kB, failcnt 900
[1.3] Memory cgroup out of memory: Kill process 7 (x) score 900 or sacrifice child
[1.4] Killed process 7 (x) total-vm:8kB`,
    outcomes: OPEN,
    says: /limit of memory itself was not reached \(memory 97\.7M of 2G\), but another one was: kmem 50M of 50M/,
  },
  'a log that contradicts itself': {
    text: `[1.0] x invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=0
[1.1] memory: usage 100000kB, limit 2097152kB, failcnt 0
[1.3] Memory cgroup out of memory: Killed process 7 (x) total-vm:8kB`,
    outcomes: OPEN,
    says: /contradicts itself: no limit that it shows was reached \(memory 97\.7M of 2G\)/,
    neverSays: /this cgroup at its limit/,
  },
  'SysRq f was pressed': {
    text: `[ 100.1] sysrq: Manual OOM execution
[ 100.2] kworker/0:1 invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=-1, oom_score_adj=0
[ 100.3] Out of memory: Killed process 5 (x) total-vm:8kB`,
    outcomes: ['collateral-kill', 'contained'],
    says: /by hand, with SysRq f/,
    neverSays: /ran out of memory/,
  },
  'SysRq f first, and then a host without memory': {
    text: `[ 100.2] a invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=-1, oom_score_adj=0
[ 100.3] Out of memory: Killed process 5 (x) total-vm:8kB
[9000.2] b invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=0
[9000.3] Out of memory: Killed process 6 (y) total-vm:8kB`,
    outcomes: ['escaped', 'collateral-kill'],
    says: /The whole host ran out of memory, not a cgroup at its limit: the kernel killed y \(PID 6\)/,
  },
  'OpenVZ: a container is at its limit': {
    text: '[1.1] OOM killed process 1234 (mysqld) total-vm:1kB, anon-rss:2kB',
    outcomes: [...OPEN, 'escaped'],
    says: /killed mysqld \(PID 1234\)/,
  },
  'gunicorn: a worker that was killed': {
    text: '[2026-01-01 10:00:00 +0000] [1] [ERROR] Worker (pid:57) was sent SIGKILL! Perhaps out of memory?',
    outcomes: [],
    says: /A killer that is not known here says: /,
  },
  'supervisord: a process that was killed': {
    text: '2026-01-01 10:00:00,123 WARN exited: worker (terminated by SIGKILL; not expected)',
    outcomes: [],
    says: /A killer that is not known here says: /,
  },
  'a CI job that was killed': {
    text: '2026-01-01T10:00:00.1234567Z ##[error]Process completed with exit code 137.',
    outcomes: [],
    says: /A killer that is not known here says: /,
  },
  'earlyoom 243: the name before the PID': {
    text: "Feb 19 11:29:08 a earlyoom[15368]: Killing process 'tail' with signal 15, pid: 24059, badness: 997, VmRSS: 4278 MiB",
    outcomes: ['collateral-kill', 'contained'],
    says: /earlyoom sent SIGTERM to tail \(PID 24059\)/,
  },
  'earlyoom 373: a victim that did not exit': {
    text: `May 05 10:00:00 a earlyoom[1]: sending SIGTERM to process 997 uid 1000 "big": oom_score 1146, oom_score_adj 0, VmRSS 23007 MiB, cmdline "big"
May 05 10:00:10 a earlyoom[1]: kill_release: pid=997: process_mrelease pidfd=4 failed: Invalid argument
May 05 10:00:10 a earlyoom[1]: process 997 did not exit
May 05 10:00:10 a earlyoom[1]: kill failed: Timer expired`,
    outcomes: [],
    says: /earlyoom sent SIGTERM to big \(PID 997\), which did not exit in time/,
    neverSays: /sent it no signal/,
  },
  'earlyoom 80: without a log around it, and a kill that it left to the kernel': {
    text: `Low memory! mem avail: 327 of 5875 MiB (5) % <= min 10 %, swap free: 0 of 0 MiB (0 %) <= min 10 %
Invoking oom killer: done`,
    outcomes: [...OPEN, 'escaped'],
    says: /earlyoom had the kernel's OOM killer kill/,
  },
  'earlyoom before 1.2': {
    text: `Low memory! mem avail: 327 of 5875 MiB (5) % <= min 10 %, swap free: 0 of 0 MiB (0 %) <= min 10 %
Killing process 2606 stress`,
    outcomes: ['collateral-kill', 'contained'],
    says: /to stress \(PID 2606\)/,
  },
  'earlyoom: memory was low, and nothing was killed': {
    text: 'Jun 12 06:39:16 a earlyoom[397]: low memory! at or below SIGTERM limits: mem 10.00%, swap 15.00%',
    outcomes: [],
    says: /these lines have no kill of it/,
    neverSays: /not known here says/,
  },
  'systemd 22032: systemd-oomd killed processes, but no whole cgroup': {
    text: `Jan 09 14:32:25 H systemd-oomd[70]: oomd attempting to kill 113 with KILL
Jan 09 14:32:25 H systemd-oomd[70]: Failed to kill any cgroup(s) under /user.slice based on pressure: No such device`,
    outcomes: ['collateral-kill', 'contained'],
    says: /systemd-oomd sent SIGKILL to PID 113/,
    neverSays: /killed nothing/,
  },
  'RHEL 7: the main process of a unit ended by SIGKILL, and the kernel does not name the cgroup': {
    text: `Mar  2 17:35:10 a kernel: Out of memory: Kill process 1171 (mysqld) score 833 or sacrifice child
Mar  2 17:35:10 a kernel: Killed process 1171 (mysqld) total-vm:7823732kB, anon-rss:2539268kB, file-rss:768kB, shmem-rss:0kB
Mar  2 17:35:10 a systemd: mysqld.service: main process exited, code=killed, status=9/KILL`,
    outcomes: ['unit-stopped', 'escaped', 'collateral-kill'],
    says: /that both are the same kill is probable, and not certain/,
  },
  'kubernetes 53669, and a state without exit code': {
    text: '    Last State:     Terminated\n      Reason:       OOMKilled\n',
    outcomes: ['unit-stopped'],
    says: /ended by an OOM kill \(reason OOMKilled, exit code not given\)/,
  },
  'runbooks 45: a template of kubectl': {
    text: 'LastState: map[terminated:map[exitCode:137 reason:OOM Killed startedAt:2015-07-07T20:58:43Z containerID:docker://0e40]]',
    outcomes: ['unit-stopped'],
    says: /ended by an OOM kill/,
  },
  'kubernetes 131530: OOMKilled with exit code 0': {
    text: 'State:          Terminated\n  Reason:       OOMKilled\n  Exit Code:    0\n',
    outcomes: [...OPEN, 'escaped'],
    says: /its first process did not end by SIGKILL/,
  },
  'an evicted pod in a list': {
    text: 'NAME        READY   STATUS    RESTARTS   AGE\nhttpd-pod   0/1     Evicted   0          5m\n',
    outcomes: [],
    says: /does not say whether for memory/,
  },
  'kubernetes 107024: the log of the eviction manager': {
    text: `I1215 19:22:59.485591   77158 eviction_manager.go:349] "Eviction manager: must evict pod(s) to reclaim" resourceName="memory"
I1215 19:23:00.485616   77158 eviction_manager.go:577] "Eviction manager: pod is evicted successfully" pod="default/web-0"`,
    outcomes: ['unit-stopped', 'collateral-kill'],
    says: /evicted the pod default\/web-0/,
  },
  'cri-o 4203: crictl inspect': {
    text: '{ "status": { "id": "abc", "metadata": {"attempt": 1, "name": "web"}, "state": "CONTAINER_EXITED", "exitCode": 137, "reason": "OOMKilled" } }',
    outcomes: ['unit-stopped'],
    says: /ended by an OOM kill/,
  },
  'cloudcmd 440: a state without quotes': {
    text: 'State:{\nDead:false,\nExitCode:137,\nOOMKilled:false,\nRunning:false,\nStatus:"exited"\n}',
    outcomes: [],
    says: /ended by SIGKILL, and its engine saw no OOM kill/,
  },
  'talos without fields': {
    text: '[talos] Sending SIGKILL to cgroup .../besteffort/kube-proxy',
    outcomes: ['unit-stopped', 'collateral-kill'],
    says: /Talos' OOM controller killed all of \.\.\.\/besteffort\/kube-proxy/,
  },
  'kubernetes: SystemOOM, of which the kubelet does not know the container': {
    text: '3m          Warning   SystemOOM   node/worker1    System OOM encountered, victim process: node, pid: 4211',
    outcomes: [...OPEN, 'escaped'],
    says: /An OOM killer killed node \(PID 4211\)\. These lines do not show the limit[\s\S]*where it ran is unknown \(SystemOOM\)/,
    neverSays: /outside of all containers|do not show the victim/,
  },
  'kubernetes: SystemOOM next to an eviction': {
    text: `3m Warning SystemOOM node/worker1 System OOM encountered, victim process: node, pid: 4211
3m Warning Evicted pod/web-7c9 The node was low on resource: memory. Threshold quantity: 100Mi, available: 53812Ki.`,
    outcomes: ['unit-stopped', 'collateral-kill', 'escaped'],
    says: /evicted the pod web-7c9[\s\S]*node \(PID 4211\)/,
    neverSays: /outside of all containers/,
  },
  'systemd-oomd and the kernel both killed': {
    text: `Jul 02 15:42:01 a systemd-oomd[8]: Killed /user.slice/a.scope due to memory pressure for /user.slice being 61% > 50% for > 20s with reclaim activity
Jul 02 15:42:02 a kernel: Out of memory: Killed process 5 (x) total-vm:8kB`,
    outcomes: ['unit-stopped', 'collateral-kill', 'escaped'],
    says: /The whole host ran out of memory/,
  },
  'systemd-oomd killed, and systemd ended the unit': {
    text: `Jul 02 15:42:01 desk systemd-oomd[840]: Killed /user.slice/app-firefox-1.scope due to memory used (16290013184) / total (16617951232) and swap used (8161796096) / total (8589930496) being more than 90.00%
Jul 02 15:42:01 desk systemd[1837]: app-firefox-1.scope: systemd-oomd killed 61 process(es) in this unit.
Jul 02 15:42:01 desk systemd[1837]: app-firefox-1.scope: Failed with result 'oom-kill'.`,
    outcomes: ['unit-stopped'],
    says: /systemd-oomd killed all of/,
    next: /^Run oomctl/,
  },
  'systemd alone says that systemd-oomd killed': {
    text: `Jul 02 15:42:01 desk systemd[1837]: app-firefox-1.scope: systemd-oomd killed 61 process(es) in this unit.
Jul 02 15:42:01 desk systemd[1837]: app-firefox-1.scope: Failed with result 'oom-kill'.`,
    outcomes: ['unit-stopped'],
    says: /61 processes/,
    next: /^Run oomctl/,
  },
  'a unit that runs since before the kill': {
    text: `● web.service - Web
     Active: active (running) since Thu 2026-07-02 10:00:00 CEST; 6h ago
   Main PID: 211 (node)
     Memory: 1.9G (high: 2.0G max: 4.0G available: 12.1M peak: 2.0G)

Jul 02 15:42:01 web1 systemd[1]: web.service: A process of this unit has been killed by the OOM killer.`,
    outcomes: ['contained', 'collateral-kill'],
    says: /web\.service is active since Thu 2026-07-02 10:00:00 CEST: it outlived the kill of Jul 02 15:42:01[\s\S]*uses 1\.9G \(high: 2\.0G max: 4\.0G/,
  },
  'the same with times of ISO, and the kernel': {
    text: `● web.service - Web
     Active: active (running) since Thu 2026-07-02 10:00:00 CEST; 6h ago
2026-07-02T15:42:01+0200 web1 kernel: oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=/,mems_allowed=0,oom_memcg=/system.slice/web.service,task_memcg=/system.slice/web.service,task=x,pid=7,uid=0`,
    outcomes: ['contained', 'collateral-kill'],
    says: /it outlived the kill of 2026-07-02T15:42:01/,
  },
  'a unit that was started again after the kill': {
    text: `● web.service - Web
     Active: active (running) since Thu 2026-07-02 15:42:02 CEST; 6h ago
Jul 02 15:42:01 web1 systemd[1]: web.service: A process of this unit has been killed by the OOM killer.`,
    outcomes: [...OPEN, 'escaped'],
    says: /web\.service is running/,
    neverSays: /outlived/,
  },
  'a kill that may be of the year before': {
    text: `● web.service - Web
     Active: active (running) since Fri 2026-01-02 15:42:02 CEST; 6h ago
Dec 30 15:42:01 web1 systemd[1]: web.service: A process of this unit has been killed by the OOM killer.`,
    outcomes: [...OPEN, 'escaped'],
    says: /web\.service is running/,
    neverSays: /outlived/,
  },
  'a pod whose container ended with another code, and was started again': {
    text: '{"kind":"Pod","status":{"containerStatuses":[{"name":"web","restartCount":3,"state":{"running":{}},"lastState":{"terminated":{"exitCode":1,"reason":"OOMKilled","finishedAt":"2026-07-02T15:42:01Z"}}}]}}',
    outcomes: ['unit-stopped', 'contained', 'collateral-kill', 'escaped'],
    says: /The container web ended with exit code 1 after the kill/,
  },
  'systemd-run --wait': {
    text: `Running as unit: run-p582191-i576742.service; invocation ID: ab
Finished with result: oom-kill
Main processes terminated with: code=killed, status=9/KILL`,
    outcomes: ['unit-stopped'],
    says: /systemd ended run-p582191-i576742\.service because of an OOM kill/,
  },
  'systemd-run --wait, before systemd 250, and its result alone': {
    text: 'Finished with result: oom-kill\nMain processes terminated with: code=killed/status=KILL',
    outcomes: ['unit-stopped'],
    says: /systemd ended the unit because of an OOM kill/,
  },
  'systemd-run --wait of what ended well': {
    text: 'Running as unit: run-1.service\nFinished with result: success\nMemory peak: 200M (swap: 0B)',
    outcomes: [],
    says: /run-1\.service finished with result success, which is not oom-kill/,
  },
  'bustd and psi-monitor': {
    text: 'Jul 02 15:42:01 box bustd[397]: [LOG] Killing Discord (pid: 4211)',
    outcomes: [],
    says: /A killer that is not known here says: .*Killing Discord \(pid: 4211\)/,
  },
  'lowmemorykiller of an Android kernel': {
    text: `[81234.100001] lowmemorykiller: Killing 'com.app' (4242) (tgid 4242), adj 900,
[81234.100002]    to free 90112kB on behalf of 'kswapd0' (88) because
[81234.100003]    cache 180000kB is below limit 184320kB for oom_score_adj 606`,
    outcomes: ['collateral-kill', 'contained'],
    says: /lowmemorykiller of the kernel killed com\.app \(PID 4242\)/,
    neverSays: /no kill by the kernel|user space/,
  },
  'lowmemorykiller of Linux 3.4, without the prefix': {
    text: "[ 81.1] Killing 'com.app' (4242), adj 900,\n[ 81.2]    to free 90112kB on behalf of 'kswapd0' (88) because",
    outcomes: ['collateral-kill', 'contained'],
    says: /lowmemorykiller of the kernel killed com\.app \(PID 4242\)/,
  },
  'a unit that systemd is about to start again': {
    text: `● web.service - Web
     Active: activating (auto-restart) (Result: oom-kill) since Wed 2026-08-19 15:38:39 CST; 969ms ago
   Main PID: 99 (code=killed, signal=KILL)`,
    outcomes: ['unit-stopped'],
    says: /systemd ended web\.service because of an OOM kill/,
  },
};

for (const [name, { text, outcomes, says, neverSays, next }] of Object.entries(PIECES))
  t.test(name, async (t) => {
    const diagnosis = diagnose(readEvidence([{ name: 'saved.txt', text: `${text}\n` }]));
    t.same(diagnosis.outcomes, outcomes);
    t.match(diagnosis.reasons.join('\n'), says);
    t.notMatch(diagnosis.reasons.join('\n'), neverSays ?? /no kill is in a log/);
    if (next) t.match(diagnosis.next, next);
  });
