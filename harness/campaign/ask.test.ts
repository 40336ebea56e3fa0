import t from 'tap';
import { compose } from '../testing/record.js';
import { summarizeRecord } from '../verdict/summarize.js';
import type { RunSummary } from '../verdict/summary.js';
import { putQuestions } from './ask.js';

const well: RunSummary = { ...summarizeRecord(compose(), 'record.jsonl'), verdict: 'pass' };

/** Puts plateau (three places), past-max and session; brim follows past-max. Gives what was asked, in order. */
async function asked(bad: readonly string[], failFast = false): Promise<string[]> {
  const order: string[] = [];
  const question = (name: string, drills = [name]) => ({ question: name, drills });
  await putQuestions([question('plateau', ['plateau-1', 'plateau-2']), question('past-max'), question('session')], {
    ask: async (_, drill) => {
      order.push(drill);
      return bad.includes(drill) ? { ...well, verdict: 'fail' } : well;
    },
    followUp: async (name) => (name === 'past-max' ? question('brim') : undefined),
    failFast,
  });
  return order;
}

t.test('every place of every question, and the one that follows next', async (t) => {
  t.same(await asked([]), ['plateau-1', 'plateau-2', 'past-max', 'brim', 'session']);
});

t.test('after a bad answer the other places are left out, the other questions are not', async (t) => {
  t.same(await asked(['plateau-1']), ['plateau-1', 'past-max', 'brim', 'session']);
  t.same(await asked(['brim']), ['plateau-1', 'plateau-2', 'past-max', 'brim', 'session']);
});

t.test('the first bad answer is the last where it decides', async (t) => {
  t.same(await asked(['plateau-2'], true), ['plateau-1', 'plateau-2']);
  t.same(await asked(['brim'], true), ['plateau-1', 'plateau-2', 'past-max', 'brim']);
});
