import { readLogEntries } from '../../harness/explain/log-entries.js';
import { readLogLines } from '../../harness/explain/log-lines.js';
import { parseLogLine } from '../../harness/explain/log-prefix.js';
import { fixture } from '../inputs/corpus.js';
import { mutated } from '../inputs/mutation.js';
import { reader } from './reader.js';

const MESSAGE = 'Memory cgroup out of memory: Killed process 7 (a) total-vm:1kB';
const JSON_ENTRY = `{"_TRANSPORT":"kernel","__REALTIME_TIMESTAMP":"1795489801123456","MESSAGE":"${MESSAGE}"}`;
const LOGS = [
  fixture('captured/kernel.log'),
  `Nov 24 03:10:01 web kernel: ${MESSAGE}\n2026-11-24T03:10:01,123456+00:00 ${MESSAGE}\nkern: info: [1.0]: ${MESSAGE}\n`,
  `<4>1 2026-11-24T03:10:01.1Z web kernel - - [a b="1"] ${MESSAGE}\n<4>[1.0] ${MESSAGE}\n4,1,2,-;${MESSAGE}\n`,
  `${JSON_ENTRY}\n${JSON_ENTRY}\n`,
  JSON.stringify(JSON.parse(JSON_ENTRY), null, 2),
  `{"dmesg":[{"pri":4,"time":1.5,"msg":"${MESSAGE}"}]}`,
  `__CURSOR=1\nMESSAGE=${MESSAGE}\n_TRANSPORT=kernel\n\nTue 2026-11-24 03:10:01 UTC [s=1;i=2]\n    MESSAGE=${MESSAGE}\n`,
];
const WORDS = [
  '[',
  ']',
  '[a]',
  '<4>',
  ': ',
  ' kernel: ',
  'Nov 24 03:10:01 ',
  '{',
  '}',
  '"MESSAGE":',
  'MESSAGE=',
  '\u001e',
];

export const logReaders = [
  reader({
    name: 'log-lines',
    covers: [
      'harness/explain/log-lines.ts readLogLines',
      'harness/explain/log-entries.ts readLogEntries',
      'harness/explain/log-prefix.ts parseLogLine',
    ],
    inputs: mutated(LOGS, WORDS),
    read: (text) => [[...readLogLines(text)], [...(readLogEntries(text) ?? [])], text.split('\n').map(parseLogLine)],
  }),
];
