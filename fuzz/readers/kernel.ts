import assert from 'node:assert/strict';
import { parseFlatKeyed } from '../../harness/cgroup/flat-keyed.js';
import { parseEarlyoomKill, parseEarlyoomLimits, parseOomdKill } from '../../harness/cgroup/killer.js';
import { parseListenQueue } from '../../harness/cgroup/listen-queue.js';
import {
  parseAsker,
  parseKilledProcess,
  parseOldChoice,
  parseOomChoice,
  parseOomGroup,
  parseOomKill,
  parseReachedLimit,
  parseTaskInCgroup,
} from '../../harness/cgroup/oom-kill.js';
import { parsePartialPressure, parsePressure, parseStall } from '../../harness/cgroup/pressure.js';
import { parseSwaps, type SwapArea } from '../../harness/cgroup/swaps.js';
import { readLoginOutput } from '../../harness/drill/guest/way-in.js';
import { readKillLog } from '../../harness/explain/kernel-log.js';
import { readHogProgress } from '../../harness/inject/memory-hog/state.js';
import { parseCpuTimes } from '../../harness/observe/cpu-times.js';
import { parseRunDelay } from '../../harness/observe/run-delay.js';
import { parseSample } from '../../harness/record/sample.js';
import { fixture } from '../inputs/corpus.js';
import { mutated } from '../inputs/mutation.js';
import { reader } from './reader.js';

const captured = (name: string): string => fixture(`captured/${name}`);
const LOG = captured('kernel.log');
const LOG_WORDS = [
  'oom-kill:constraint=CONSTRAINT_MEMCG,',
  'x,task=a',
  ',task=',
  ',pid=',
  ',task_memcg=/a.slice',
  'Killed process 12 (a) ',
  'Memory cgroup out of memory: ',
  'Out of memory: Kill process 1 (',
  ') score 5 or sacrifice child',
  ', UID 7, ',
  ' vsz:',
  'Task in /a/b killed as a result of limit of /a',
  'Tasks in /a are going to be killed due to memory.oom.group set',
  'invoked oom-killer',
  'memory: usage 2097152kB, limit 2097152kB, failcnt 83',
  'total-vm:',
  ' (',
  ') ',
];
const KILLERS = [
  'low memory! at or below SIGTERM limits: mem  5.00%, swap 100.00%',
  'Killed /a.slice due to memory used (9) / total (9) and swap used (9) / total (9) being more than 90.00%',
  'mem avail: 100 of 3000 MiB (5.00%), swap free: 0 of 0 MiB (0.00%)',
  'sending SIGTERM to process 508 uid 1000 "node": oom_score 800, VmRSS 1200 MiB, cmdline "node a"',
  'Killed /system.slice/a.service due to memory pressure for /system.slice being 70.00% > 60.00% for > 20s with reclaim activity',
];
const STATEMENTS = [
  'Running as unit: run-1.service; invocation ID: ab\nFinished with result: oom-kill',
  "lowmemorykiller: Killing 'com.app' (4242) (tgid 4242), adj 900,",
  "a.service: Failed with result 'oom-kill'.",
  'a.service: Main process exited, code=killed, status=9/KILL',
  'a.service: A process of this unit has been killed by the OOM killer.',
  'ActiveState=active\nResult=oom-kill\nMainPID=7\nOOMPolicy=continue',
  '● a.service - A\n     Active: failed (Result: oom-kill)\n   Main PID: 9 (code=killed, signal=KILL)',
  '    lastState:\n      terminated:\n        exitCode: 137\n        reason: OOMKilled\n    name: web',
  '{"State":{"Running":false,"OOMKilled":true,"ExitCode":137},"Name":"/web"}',
  '2026-05-04T18:05:45-05:00 container die 29d72966e0be (exitCode=137, name=web)',
  'Warning  Evicted  kubelet  The node was low on resource: memory.',
  'PID: 9, name: mysqld, badness: 849\nSend SIGTERM to the victim; total',
  'oomd kill: 52.61 52.34 26.05 a.service 3118 ruleset:[a] detectorgroup:[b] killer:kill_by_pressure v2',
  '[talos] Sending SIGKILL to cgroup {"cgroup": "/sys/fs/cgroup/a"}',
];
const EVENTS = captured('memory.events');
const PRESSURE = captured('memory.pressure');
const STAT = captured('memory.stat');

const LOGIN = 'oomdrill sshd 12\noomdrill sessions 345\noomdrill logind 6\noomdrill done\n';

const SWAPS =
  'Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n/dev/zram0 partition\t524284\t\t0\t\t100\n/swapfile file 8 0 -2\n';

export const kernelReaders = [
  reader({
    name: 'swaps',
    covers: ['harness/cgroup/swaps.ts parseSwaps'],
    inputs: mutated([SWAPS]),
    read: (text) => parseSwaps(text),
    must: (areas: readonly SwapArea[]) => {
      for (const { path, bytes } of areas) assert.ok(path !== '' && Number.isSafeInteger(bytes));
    },
  }),
  reader({
    name: 'login',
    covers: ['harness/drill/guest/way-in.ts readLoginOutput'],
    inputs: mutated([`* web.service - A\n     Active: active (running)\n\n${LOGIN}`, LOGIN]),
    read: (text) => readLoginOutput(text),
  }),
  reader({
    name: 'flat-keyed-file',
    covers: ['harness/cgroup/flat-keyed.ts parseFlatKeyed'],
    inputs: mutated([EVENTS, STAT]),
    read: (text) => parseFlatKeyed(text),
  }),
  reader({
    name: 'pressure-file',
    covers: ['parsePressure', 'parsePartialPressure', 'parseStall'].map((name) => `harness/cgroup/pressure.ts ${name}`),
    inputs: mutated([PRESSURE, captured('cpu.pressure'), captured('cpu.pressure-5.12')]),
    read: (text) => [parsePressure(text), parsePartialPressure(text), parseStall(text)],
  }),
  reader({
    name: 'host-counts',
    covers: ['harness/observe/cpu-times.ts parseCpuTimes', 'harness/observe/run-delay.ts parseRunDelay'],
    inputs: mutated([captured('host/stat'), captured('host/schedstat')]),
    read: (text) => [parseCpuTimes(text), parseRunDelay(text)],
  }),
  reader({
    name: 'listen-queue',
    covers: ['harness/cgroup/listen-queue.ts parseListenQueue'],
    inputs: mutated([captured('proc-net-tcp'), captured('proc-net-tcp6')]),
    read: (text) => parseListenQueue(text, 3901),
  }),
  reader({
    name: 'kernel-log',
    covers: [
      'harness/explain/kernel-log.ts readKillLog',
      'harness/cgroup/oom-kill.ts parseAsker',
      'harness/cgroup/oom-kill.ts parseOldChoice',
      'harness/cgroup/oom-kill.ts parseOomChoice',
      'harness/cgroup/oom-kill.ts parseOomKill',
      'harness/cgroup/oom-kill.ts parseTaskInCgroup',
      'harness/cgroup/oom-kill.ts parseKilledProcess',
      'harness/cgroup/oom-kill.ts parseOomGroup',
      'harness/cgroup/oom-kill.ts parseReachedLimit',
    ],
    inputs: mutated([LOG], LOG_WORDS),
    read: (text) => [
      readKillLog(text),
      text
        .split('\n')
        .map((line) =>
          [
            parseAsker,
            parseOldChoice,
            parseOomChoice,
            parseOomKill,
            parseKilledProcess,
            parseOomGroup,
            parseReachedLimit,
            parseTaskInCgroup,
          ].map((parse) => parse(line)),
        ),
    ],
  }),
  reader({
    name: 'killers-log',
    covers: ['parseEarlyoomKill', 'parseEarlyoomLimits', 'parseOomdKill'].map(
      (name) => `harness/cgroup/killer.ts ${name}`,
    ),
    inputs: mutated(KILLERS, ['sending SIGTERM to process ', 'due to memory', ' uid ', '"']),
    read: (text) => [parseEarlyoomKill(text), parseEarlyoomLimits(text), parseOomdKill(text)],
  }),
  reader({
    name: 'statements-about-kills',
    covers: [
      'docker.ts readContainerEvents',
      'docker.ts readContainerInspect',
      'earlyoom.ts readEarlyoomLog',
      'fields.ts readFields',
      'kubernetes.ts readKubernetesLog',
      'kubernetes.ts readPodStates',
      'lowmemorykiller.ts readLowMemoryKiller',
      'meta-oomd.ts readMetaOomdLog',
      'nohang.ts readNohangLog',
      'readers.ts readStatements',
      'systemctl.ts readSystemctlShow',
      'systemctl.ts readSystemctlStatus',
      'systemd.ts readSystemdLog',
      'systemd.ts readSystemdRun',
      'systemd-oomd.ts readOomdLog',
      'talos.ts readTalosLog',
      'unknown.ts readUnknownKiller',
    ].map((name) => `harness/explain/killers/${name}`),
    inputs: mutated([...STATEMENTS, ...KILLERS], ['SIGKILL', 'OOMKilled', '137', '\n', ': ', '"']),
    read: (text) => readKillLog(text),
  }),
  reader({
    name: 'sample',
    covers: ['harness/record/sample.ts parseSample', 'harness/inject/memory-hog/state.ts readHogProgress'],
    inputs: mutated(captured('sampler.jsonl').trim().split('\n')),
    read: (line) => parseSample(line, { serverPid: 1, readers: { hog: readHogProgress } }),
  }),
];
