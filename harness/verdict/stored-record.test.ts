import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import t from 'tap';
import { parseRecord } from '../record/reader.js';
import { study } from '../study/study.js';
import { judge } from './verdict.js';

// A record as an oomdrill wrote it that knew no injection but the hog. Whatever the format becomes, it is read, and judged alike.

t.test('a record of before there were kinds of injections', async (t) => {
  const path = new URL('../../fixtures/records/2026-06-10-unit-stopped.jsonl.gz', import.meta.url);
  const record = parseRecord(gunzipSync(await readFile(path)).toString(), 'stored');
  t.match(judge(record), {
    outcome: 'unit-stopped',
    verdict: 'pass',
    reasons: [
      'systemd restarted t3-serve@alice.service (NRestarts 0 -> 1).',
      'The server is another process: PID 518 -> 671.',
    ],
    evidence: { longestGapMs: 10000.478401999997, oomKills: 0, hogState: 'killed', injected: undefined },
  });
  t.match(study(record).parties, {
    injections: [{ progress: { unit: 'bytes', state: 'killed' }, target: null, reachedTarget: true, killed: true }],
    injectionKilled: true,
    otherVictims: [],
  });
});
