import fc from 'fast-check';
import { parseCgroupLine } from '../../harness/explain/cgroup-line.js';
import { diagnose } from '../../harness/explain/diagnose.js';
import { readEvidence } from '../../harness/explain/evidence.js';
import { readQuietLog } from '../../harness/explain/quiet-log.js';
import { parseCommand } from '../../harness/explain/transcript.js';
import { fixture } from '../inputs/corpus.js';
import { mutated } from '../inputs/mutation.js';
import { reader } from './reader.js';

const captured = (name: string): string => fixture(`captured/${name}`);
const EVENTS = captured('memory.events');
const PRESSURE = captured('memory.pressure');
const prefixed = (prefix: string, text: string): string => text.trim().replaceAll(/^/gm, prefix);

const SAVED: Readonly<Record<string, string>> = {
  'memory.events': EVENTS,
  'memory.pressure': PRESSURE,
  'memory.stat': captured('memory.stat'),
  'memory.current': '1234\n',
  'memory.max': 'max\n',
  'kernel.log': captured('kernel.log'),
  'blocked.log':
    '[  9.1] INFO: task a:1 blocked for more than 120 seconds.\n[  9.2]  mem_cgroup_handle_over_high+0x1\n',
  all: `${prefixed('memory.events:', EVENTS)}\nmemory.max:max\n`,
  tail: `==> a/memory.events <==\n${EVENTS}\n==> a/b/memory.events <==\n${EVENTS}\n==> a/memory.max <==\nmax\n`,
  transcript: `root@web:/sys/fs/cgroup/a# cat memory.{max,high}\nmax\n12\n$ cat memory.events memory.pressure\n${EVENTS}${PRESSURE}`,
  v1: 'memory.failcnt:3\nmemory.oom_control:under_oom 1\nmemory.oom_control:oom_kill_disable 1\nmemory.limit_in_bytes:9\n',
  pressure: `/proc/pressure/memory:${PRESSURE}`,
};
const TEXTS = Object.values(SAVED);
const WORDS = [
  '==> ',
  ' <==',
  'memory.events:',
  '/sys/fs/cgroup/',
  ' cat ',
  '# ',
  '{',
  ',',
  '}',
  ': ',
  '-',
  '=',
  'max',
  ' 1',
];

const savedFiles = fc.array(
  fc.oneof(
    ...Object.entries(SAVED).map(([name, text]) =>
      fc.record(
        { name: fc.constant(name), text: mutated([text], WORDS), within: fc.constantFrom('', 'saved') },
        { requiredKeys: ['name', 'text'] },
      ),
    ),
  ),
  { minLength: 1, maxLength: 4 },
);

export const evidenceReaders = [
  reader({
    name: 'evidence',
    covers: [
      'harness/explain/evidence.ts readEvidence',
      'harness/explain/saved-cgroup.ts readCgroup',
      'harness/explain/quiet-log.ts readQuietLog',
    ],
    inputs: savedFiles,
    read: (files) => [diagnose(readEvidence(files)), files.map(({ text }) => readQuietLog(text))],
  }),
  reader({
    name: 'evidence-lines',
    covers: ['harness/explain/cgroup-line.ts parseCgroupLine', 'harness/explain/transcript.ts parseCommand'],
    inputs: mutated(TEXTS, WORDS),
    read: (text) => text.split('\n').map((line) => [parseCgroupLine(line), parseCommand(line, '/sys/fs/cgroup')]),
  }),
];
