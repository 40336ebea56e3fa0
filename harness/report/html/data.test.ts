import { inflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import t from 'tap';
import type { Entry } from '../../record/schema.js';
import {
  AGENT_PID,
  CGROUP,
  cgroupSample,
  compose,
  HOG_PID,
  shortOfMemoryBetween,
  silentBetween,
  TIMES,
} from '../../testing/record.js';
import { collectAnswers, collectCanary } from './answers.js';
import { decodeColumn, encodeColumn } from './column.js';
import { computeRates, findIncreases } from './counter.js';
import { collectDrillData, prepareDrill } from './drill.js';
import { collectKillMarks, collectLog, collectSessionMarks } from './marks.js';
import type { DrillData } from './model.js';
import { collectSamples } from './samples.js';

t.test('a column is decoded to the same values, rounded to its unit', async () => {
  const value = fc.option(fc.double({ min: -1e12, max: 1e12, noNaN: true }));
  fc.assert(
    fc.property(fc.array(value), fc.constantFrom(0.1, 1, 1024), (values, unit) => {
      const back = decodeColumn(JSON.parse(JSON.stringify(encodeColumn(values, unit))));
      return (
        back.length === values.length &&
        values.every((was, index) => {
          const is = back[index] ?? null;
          return was === null || is === null ? was === is : Math.abs(was - is) <= unit * 0.501 + Math.abs(was) * 1e-9;
        })
      );
    }),
  );
});

t.test('counters', async (t) => {
  t.same(findIncreases([5, 7, null, 7, 10]), [0, 2, null, 0, 3]);
  t.same(findIncreases([100, 3]), [0, 3], 'a new counter counts from zero');
  t.same(computeRates([0, 10, 20, 30], [0, 10, 40, 40], 10), [null, 1, 3, 0]);
  t.same(
    computeRates([0, 10, 20, 30], [0, 10, 40, 40], 100),
    [null, 1, 2, 40 / 30],
    'a window that reaches back to the start',
  );
  t.same(
    computeRates([0, 10, 20, 30, 40], [0, 10, null, 30, 40], 10),
    [null, 1, null, null, 1],
    'no value is invented for a gap',
  );
  t.same(computeRates([0, 0], [0, 5], 10), [null, null], 'no time passed');
});

t.test('swap, which is not in every sample', async (t) => {
  const record = compose({
    cgroup: (at) =>
      at % 1_000 === 0 ? { ...cgroupSample(1024 ** 2), swap: at < 2_000 ? 0 : 4_096 } : cgroupSample(1024 ** 2),
    keep: (entry) => entry.type !== 'sample' || entry.seq < 24 || entry.seq > 26,
  });
  const [server] = collectSamples(record.entries, 'server', 100).cgroups;
  if (!server?.swap) throw new Error('it swapped');
  const swap = decodeColumn(server.swap);
  t.same([swap[0], swap[19], swap[20], swap[23]], [0, 0, 4_096, 4_096]);
  t.same(swap.slice(23, 27), [4_096, null, 4_096, 4_096], 'the line breaks where samples are missing');
});

t.test('samples', async (t) => {
  const record = compose({
    limits: { high: 1_536 * 1024 ** 2, max: 2_048 * 1024 ** 2, swapMax: 0 },
    cgroup: (at) => cgroupSample(1024 ** 2, { high: at / 100 }, at * 500),
    keep: (entry) => entry.type !== 'sample' || entry.seq < 100 || entry.seq > 119,
  });
  const { sampleT, gaps, cgroups, listenQueue } = collectSamples(record.entries, 'server', 100);
  const [server] = cgroups;
  if (!server) throw new Error('the server has a cgroup');
  t.equal(cgroups.length, 1);
  t.same(gaps, [{ from: 9_905, to: 12_005 }]);
  t.same(decodeColumn(server.current).slice(98, 102), [1024 ** 2, 1024 ** 2, null, 1024 ** 2], 'the line breaks there');
  t.same(decodeColumn(sampleT).slice(98, 102), [9_805, 9_905, 10_005, 12_005]);
  t.equal(server.swap, null, 'no chart without swap');
  t.same(decodeColumn(server.full).slice(20, 22), [50, 50], 'half of the time, from the totals');
  t.same(decodeColumn(server.high).slice(98, 102), [1, 1, null, 21], 'what was counted in the gap is not lost');
  t.equal(decodeColumn(listenQueue)[0], 0);
  t.same(server.limits, [{ t: 0, high: 1_536 * 1024 ** 2, max: 2_048 * 1024 ** 2 }]);
  t.same(collectSamples([], 'server', 100).gaps, []);
});

t.test('the drilled cgroup comes first, whatever else is sampled', async (t) => {
  const record = compose();
  const entries = record.entries.map((entry): Entry => {
    if (entry.type === 'injection') return { ...entry, role: 'session' };
    if (entry.type !== 'sample') return entry;
    return { ...entry, cgroups: { ...entry.cgroups, session: cgroupSample(5 * 1024 ** 2) } };
  });
  const data = collectDrillData({ ...record, entries });
  t.same(
    data.cgroups.map(({ unit, limits }) => [unit, limits.length]),
    [
      ['session', 0],
      ['web@blue.service', 1],
    ],
  );
});

t.test('answers', async (t) => {
  const record = compose(shortOfMemoryBetween(10_000, 45_000));
  const [answers] = collectAnswers(record.entries, 'server.service');
  if (!answers) throw new Error('the server was asked');
  t.equal(answers.silences.length, 1);
  t.match(answers.silences[0], { from: 9_830, to: 45_030 });
  t.same(answers.fates, ['answered', 'timeout']);
  const fates = decodeColumn(answers.fate);
  t.equal(fates.filter((fate) => fate === 1).length, 75, 'each request of the 15 s whose client gave up');
  const [due, ended] = [decodeColumn(answers.dueT), decodeColumn(answers.endedT)];
  t.equal((ended[0] ?? 0) - (due[0] ?? 0), 30);
});

t.test('a server that never answers again is silent to the end, one without requests is not', async (t) => {
  const record = compose(shortOfMemoryBetween(10_000, Number.POSITIVE_INFINITY));
  const [answers] = collectAnswers(record.entries, 'server.service');
  t.equal(answers?.silences.length, 1);
  t.match(answers?.silences[0], { from: 9_830, to: 58_000 });
  t.same(collectAnswers([], 'server.service')[0]?.silences, []);
  const slow = compose({ request: (due) => ({ t: due + (due < 20_000 ? 30 : 1_300), ok: true }) });
  t.match(
    collectAnswers(slow.entries, 'x')[0]?.silences,
    [{ from: 19_830, to: 21_300 }],
    'a long wait is a silence too',
  );
});

t.test('the canary, where there is one', async (t) => {
  t.equal(collectCanary(compose().entries), null, 'a record of an older version');
  const record = compose({ request: silentBetween(10_000, 45_000), canary: silentBetween(20_000, 23_000) });
  const canary = collectCanary(record.entries);
  t.match(canary, { unit: 'the canary', fates: ['answered'], silences: [{ from: 19_830, to: 23_030 }] });
  t.match(collectAnswers(record.entries, 'x'), [{ silences: [{ from: 9_830 }] }], 'and it is not the server');
  t.strictSame(collectDrillData(record).canary, canary);
});

t.test('sidecars, which are probed once a second', async (t) => {
  const more = Array.from({ length: 57 }, (_, id): Entry => {
    const due = id * 1_000;
    const probe = { type: 'sidecar', unit: 'side.service', id, scheduledT: due } as const;
    if (id === 10) return { ...probe, t: due + 5, ok: false, error: 'refused' };
    return { ...probe, t: due + (id === 5 ? 700 : 10), ok: true };
  });
  const [, side] = collectAnswers(compose({ more }).entries, 'server.service');
  t.equal(side?.unit, 'side.service');
  t.same(side?.fates, ['answered', 'refused']);
  t.match(side?.silences[0], { from: 9_010, to: 11_010 }, 'an answer that is a little late is not a silence');
});

t.test('kills, sessions and the log', async (t) => {
  const journal = (unit: string, message: string, at = 20_000): Entry => ({ type: 'journal', t: at, unit, message });
  const more: Entry[] = [
    { type: 'kill', t: 21_000, pid: HOG_PID, comm: 'ugrep', constraint: 'CONSTRAINT_MEMCG', memcg: CGROUP },
    { type: 'kill', t: 22_000, pid: AGENT_PID, comm: 'agent', constraint: 'CONSTRAINT_NONE' },
    journal('earlyoom.service', 'sending SIGTERM to process 900 uid 1000 "cat": oom_score 900', 23_000),
    journal('systemd-oomd.service', 'Killed /user.slice due to memory pressure for /user.slice being 90%', 24_000),
    journal('kernel', 'a line'),
    journal('server.service', 'another'),
    { type: 'session', t: 25_000, event: 'dropped-by-watchdog' },
    { type: 'session', t: 1_500, event: 'answered', latencyMs: 4 },
    { type: 'note', t: 3_000, message: 'a note' },
  ];
  const { entries } = compose({
    more,
    after: { listening: false },
    end: { error: { code: 'X', message: 'It broke.' } },
  });
  t.same(
    collectKillMarks(entries).map(({ words }) => words),
    [
      'the kernel killed ugrep (PID 733, injection hog), at the memory.max of web@blue.service',
      'the kernel killed agent (PID 430, bystander agent), because the whole guest was out of memory',
      'earlyoom sent SIGTERM to cat (PID 900), by a limit that is not known',
      'systemd-oomd killed all of user.slice, by a limit that is not known',
    ],
  );
  t.same(collectSessionMarks(entries), [{ t: 25_000, words: 'the client gave up its connection' }]);
  t.matchSnapshot(collectLog(entries).map(({ t, source, text, kind }) => `${t} ${source} [${kind}] ${text}`));
});

t.test('all data of a drill is packed', async (t) => {
  const record = compose();
  const { packed, defect } = prepareDrill(record, 'record.jsonl');
  t.match(packed, /^[A-Za-z0-9+/]+=*$/, 'it has no character that is special in HTML');
  const data = JSON.parse(inflateRawSync(Buffer.from(packed, 'base64')).toString()) as DrillData;
  t.strictSame(data, JSON.parse(JSON.stringify(collectDrillData(record))));
  t.equal(data.windowMs, 20_000);
  t.match(data.phases.at(-1), { name: 'recovery', from: TIMES.recovery });
  t.equal(defect, null);
});

t.test('a record that was cut off is reported as such, with what it has', async (t) => {
  const whole = compose();
  const cut = {
    ...whole,
    entries: whole.entries.filter((entry) => entry.type === 'phase').slice(0, 2),
    truncated: true,
  };
  t.match(prepareDrill(cut, 'x'), { defect: /cut off/, run: { verdict: 'inconclusive' }, proof: [], versions: {} });
  t.match(collectDrillData(cut), {
    cut: true,
    endT: 1_000,
    kills: [],
    answers: [{ unit: 'the server', silences: [] }],
  });
});

t.test('what a cgroup wants besides memory, where it goes without in the hold', async (t) => {
  const wantsOf = (change: (at: number) => object) => {
    const cgroup = (at: number) => ({ ...cgroupSample(1024 ** 2), ...(at % 500 === 0 ? change(at) : {}) });
    return collectSamples(compose({ cgroup }).entries, 'server', 100).cgroups[0]?.wants ?? null;
  };
  /** Microseconds of a total that rises by a share of the time since then. */
  const since = (from: number, at: number, share: number) => Math.max(0, at - from) * 1_000 * share;
  t.equal(
    wantsOf(() => ({})),
    null,
    'a record without these files',
  );
  t.equal(
    wantsOf((at) => ({ cpuStall: { someUs: since(TIMES.hold, at, 0.3) } })),
    null,
  );
  t.equal(
    wantsOf((at) => ({ cpuStall: { someUs: Math.min(since(0, at, 1), since(0, TIMES.hold - 3_000, 1)) } })),
    null,
    'while a hog grows, any waits',
  );
  const waiting = wantsOf((at) => ({ ioStall: { someUs: since(TIMES.hold, at, 0.9) } }));
  t.ok(Math.max(...decodeColumn(waiting?.disk ?? encodeColumn([], 1)).map((percent) => percent ?? 0)) > 80);
  const refused = wantsOf((at) => ({ refusedForks: at < TIMES.hold ? 0 : 7 }));
  t.equal(
    decodeColumn(refused?.refused ?? encodeColumn([], 1)).reduce<number>((sum, count) => sum + (count ?? 0), 0),
    7,
  );
});
