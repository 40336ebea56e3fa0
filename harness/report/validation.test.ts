import t from 'tap';
import { createValidationDocument, type Validated } from '../contract/validation.js';
import { GIB } from '../core/bytes.js';
import { compose, shortOfMemoryBetween } from '../testing/record.js';
import { type Answer, compareAnswers, judgeSafety } from '../verdict/safety.js';
import { summarizeFailed, summarizeRecord } from '../verdict/summarize.js';
import { renderValidation } from './validation.js';

const passed = summarizeRecord(compose(), 'record.jsonl');
const silent = summarizeRecord(compose(shortOfMemoryBetween(10_000, 50_000)), 'record.jsonl');
const answers: readonly Answer[] = [
  { question: 'plateau', placeIndex: 0, asks: 'a settled hog between MemoryHigh and MemoryMax', run: silent },
  {
    question: 'past-max',
    placeIndex: null,
    asks: 'a runaway in web.service',
    run: { ...passed, ...summarizeFailed({ code: 'QEMU_DIED', message: 'QEMU died.' }) },
  },
];
const validated: Validated = {
  ...judgeSafety(answers),
  unit: 'web.service',
  limits: { high: 12 * GIB, max: 16 * GIB, swapMax: 0 },
  oomPolicy: 'continue',
  host: { memory: '24G', swap: '0', cpus: 4 },
  scale: 8,
  answers,
  warnings: [],
  comparison: undefined,
  baseline: undefined,
  durationMs: 90_000,
  exitCode: 1,
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
      fix: '',
    },
  ],
  difference: ['etc/systemd/system/web.service [Service]', '-MemoryHigh=infinity', '+MemoryHigh=12G'],
};

t.test('unsafe: why, what was drilled, and what would change', async (t) => {
  t.matchSnapshot(renderValidation(validated, 100));
  for (const line of renderValidation(validated, 60).split('\n').slice(1, 8)) t.ok(line.length <= 60, line);
});

t.test('against a baseline', async (t) => {
  const run = { ...silent, outcome: 'contained' as const };
  const comparison = compareAnswers(
    [{ question: 'plateau', placeIndex: null, asks: 'a settled hog', run: passed }],
    answers,
  );
  t.match(renderValidation({ ...validated, comparison }, 100), /compared with the baseline:\n {4}plateau {5}\S+ +\S+ /);
  t.match(renderValidation({ ...validated, comparison, difference: [] }, 100), /no setting differs from the current/);
  t.notMatch(
    renderValidation({ ...validated, answers: [{ question: 'brim', placeIndex: null, asks: 'x', run }] }, 100),
    'undefined',
  );
});

t.test('as JSON: valid for the schema, with null for a limit that is not set', async (t) => {
  const limits = { ...validated.limits, high: Number.POSITIVE_INFINITY };
  const document = JSON.parse(JSON.stringify(createValidationDocument({ ...validated, limits })));
  t.match(document, {
    schema: 'oomdrill.validation/2',
    safety: 'UNSAFE',
    scale: 8,
    answers: [
      { question: 'plateau-1', name: 'plateau', placeIndex: 0 },
      { question: 'past-max', run: { error: { code: 'QEMU_DIED' } } },
    ],
    findings: [{ rule: 'soft-band' }],
    exitCode: 1,
  });
  t.strictSame(document.candidate, {
    unit: 'web.service',
    memory: '24G',
    swap: '0',
    cpus: 4,
    high: null,
    max: 16 * GIB,
    swapMax: 0,
    oomPolicy: 'continue',
  });
});
