import t from 'tap';
import { compose, silentBetween } from '../testing/record.js';
import { type Answer, compareAnswers, judgeSafety } from '../verdict/safety.js';
import { brokenOff, summarizeRecord } from '../verdict/summarize.js';
import { renderValidation, type Validated } from './validation.js';

const GIB = 1024 ** 3;
const well = summarizeRecord(compose(), 'record.jsonl');
const silent = summarizeRecord(compose({ request: silentBetween(10_000, 50_000) }), 'record.jsonl');
const answers: readonly Answer[] = [
  { question: 'plateau-1', asks: 'a hog at rest between MemoryHigh and MemoryMax', run: silent },
  {
    question: 'past-max',
    asks: 'a runaway in web.service',
    run: { ...well, ...brokenOff({ code: 'QEMU_DIED', message: 'QEMU died.' }) },
  },
];
const validated: Validated = {
  ...judgeSafety(answers),
  unit: 'web.service',
  limits: { high: 12 * GIB, max: 16 * GIB, swapMax: 0 },
  oomPolicy: 'continue',
  host: { memory: '24G', swap: '0' },
  scale: 8,
  answers,
  comparison: undefined,
  caveats: ['Login sessions have no MemoryMax.'],
  findings: [
    {
      rule: 'soft-band',
      severity: 'error',
      message: 'MemoryHigh=12G lies below MemoryMax=16G.',
      path: 'etc/systemd/system/web.service',
      line: 7,
      why: '',
      source: '',
      mend: '',
    },
  ],
  difference: ['etc/systemd/system/web.service [Service]', '-MemoryHigh=infinity', '+MemoryHigh=12G'],
};

t.test('unsafe: the word, why, what was drilled and what would change', async (t) => {
  t.matchSnapshot(renderValidation(validated, 100));
  for (const line of renderValidation(validated, 60).split('\n').slice(1, 8)) t.ok(line.length <= 60, line);
});

t.test('against a baseline', async (t) => {
  const run = { ...silent, outcome: 'contained' as const };
  const comparison = compareAnswers([{ question: 'plateau', asks: 'a hog at rest', run: well }], answers);
  t.match(renderValidation({ ...validated, comparison }, 100), /against the baseline:\n {4}plateau {5}\S+ +\S+ /);
  t.match(renderValidation({ ...validated, comparison, difference: [] }, 100), /no other settings than the current/);
  t.notMatch(renderValidation({ ...validated, answers: [{ question: 'brim', asks: 'x', run }] }, 100), 'undefined');
});
