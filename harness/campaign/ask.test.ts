import t from 'tap';
import { compose } from '../testing/record.js';
import { summarizeRecord } from '../verdict/summarize.js';
import type { RunSummary } from '../verdict/summary.js';
import { askQuestions } from './ask.js';

const passed: RunSummary = { ...summarizeRecord(compose(), 'record.jsonl'), verdict: 'pass' };

/** Asks plateau (two places), past-max and session; brim follows past-max. Returns the drills in order. */
async function askAll(bad: readonly string[], failFast = false): Promise<string[]> {
  const order: string[] = [];
  const question = (name: string, drills = [name]) => ({ question: name, drills });
  await askQuestions([question('plateau', ['plateau-1', 'plateau-2']), question('past-max'), question('session')], {
    ask: async (_, drill) => {
      order.push(drill);
      return bad.includes(drill) ? { ...passed, verdict: 'fail' } : passed;
    },
    followUp: async (name) => (name === 'past-max' ? question('brim') : undefined),
    failFast,
  });
  return order;
}

t.test('every question is asked at each of its places, and a follow-up comes next', async (t) => {
  t.same(await askAll([]), ['plateau-1', 'plateau-2', 'past-max', 'brim', 'session']);
});

t.test('a failed question skips its other places, but not the other questions', async (t) => {
  t.same(await askAll(['plateau-1']), ['plateau-1', 'past-max', 'brim', 'session']);
  t.same(await askAll(['brim']), ['plateau-1', 'plateau-2', 'past-max', 'brim', 'session']);
});

t.test('with failFast the first failed question is the last', async (t) => {
  t.same(await askAll(['plateau-2'], true), ['plateau-1', 'plateau-2']);
  t.same(await askAll(['brim'], true), ['plateau-1', 'plateau-2', 'past-max', 'brim']);
});
