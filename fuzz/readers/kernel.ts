import fc from 'fast-check';
import { parseFlatKeyed } from '../../harness/cgroup/flat-keyed.js';
import { parseEarlyoomKill, parseEarlyoomLimits, parseOomdKill } from '../../harness/cgroup/killer.js';
import { parseListenQueue } from '../../harness/cgroup/listen-queue.js';
import { parseKilledProcess, parseOomGroup, parseOomKill, parseReachedLimit } from '../../harness/cgroup/oom-kill.js';
import { parsePressure, parseStall } from '../../harness/cgroup/pressure.js';
import { diagnose } from '../../harness/explain/diagnose.js';
import { readEvidence } from '../../harness/explain/evidence.js';
import { readKernelLog } from '../../harness/explain/kernel-log.js';
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
  'Out of memory: Kill process 1 ',
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
const EVENTS = captured('memory.events');
const PRESSURE = captured('memory.pressure');
const STAT = captured('memory.stat');

const SAVED = {
  'memory.events': EVENTS,
  'memory.pressure': PRESSURE,
  'memory.stat': STAT,
  'memory.current': '1234\n',
  'memory.max': 'max\n',
  'kernel.log': LOG,
  all: `memory.events:${EVENTS.split('\n').join('\nmemory.events:')}\nmemory.max:max\n`,
} as const;

const savedFiles = fc.array(
  fc.oneof(
    ...Object.entries(SAVED).map(([name, text]) => fc.record({ name: fc.constant(name), text: mutated([text]) })),
  ),
  { minLength: 1, maxLength: 4 },
);

export const kernelReaders = [
  reader({
    name: 'flat-keyed-file',
    covers: ['harness/cgroup/flat-keyed.ts parseFlatKeyed'],
    inputs: mutated([EVENTS, STAT]),
    read: (text) => parseFlatKeyed(text),
  }),
  reader({
    name: 'pressure-file',
    covers: ['harness/cgroup/pressure.ts parsePressure', 'harness/cgroup/pressure.ts parseStall'],
    inputs: mutated([PRESSURE, captured('cpu.pressure'), captured('cpu.pressure-5.12')]),
    read: (text) => [parsePressure(text), parseStall(text)],
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
      'harness/explain/kernel-log.ts readKernelLog',
      'harness/cgroup/oom-kill.ts parseOomKill',
      'harness/cgroup/oom-kill.ts parseKilledProcess',
      'harness/cgroup/oom-kill.ts parseOomGroup',
      'harness/cgroup/oom-kill.ts parseReachedLimit',
    ],
    inputs: mutated([LOG], LOG_WORDS),
    read: (text) => [
      readKernelLog(text),
      text
        .split('\n')
        .map((line) =>
          [parseOomKill, parseKilledProcess, parseOomGroup, parseReachedLimit].map((parse) => parse(line)),
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
    name: 'evidence',
    covers: ['harness/explain/evidence.ts readEvidence'],
    inputs: savedFiles,
    read: (files) => diagnose(readEvidence(files)),
  }),
  reader({
    name: 'sample',
    covers: ['harness/record/sample.ts parseSample', 'harness/inject/memory-hog/state.ts readHogProgress'],
    inputs: mutated(captured('sampler.jsonl').trim().split('\n')),
    read: (line) => parseSample(line, { serverPid: 1, readers: { hog: readHogProgress } }),
  }),
];
