import fc from 'fast-check';
import type { StoredMap } from '../../harness/contract/band-map.js';
import { configSchema } from '../../harness/contract/config.js';
import { initSchema } from '../../harness/contract/init.js';
import { OomdrillError } from '../../harness/core/errors.js';
import { textOf } from '../../harness/core/printable-text.js';
import { errorLines } from '../../harness/core/report-error.js';
import { NOTHING_ACCEPTED } from '../../harness/history/baseline.js';
import { createNight } from '../../harness/history/night.js';
import { groupSeries } from '../../harness/history/series.js';
import { MUTANTS } from '../../harness/mutate/mutants.js';
import { countScore } from '../../harness/mutate/score.js';
import { FATES, type Trial } from '../../harness/mutate/trial.js';
import { renderBandMap, renderSweep } from '../../harness/report/band.js';
import { renderConfig } from '../../harness/report/config.js';
import { renderHistory } from '../../harness/report/history.js';
import { renderMutants, renderMutation } from '../../harness/report/mutation.js';
import { renderNewFolder } from '../../harness/report/new-folder.js';
import { renderResultsCsv, renderRows, renderTallies } from '../../harness/report/results.js';
import { createStatus, renderStatus } from '../../harness/report/status.js';
import { renderTimings } from '../../harness/report/timings.js';
import { renderValidation } from '../../harness/report/validation.js';
import { rowOfRun } from '../../harness/store/row.js';
import { generateDocuments } from '../../harness/testing/from-json-schema.js';
import { checkPrintable } from '../answer.js';
import { bandMaps, SCHEMAS, summaries, sweeps, validations } from '../inputs/summary.js';
import { hostile } from '../inputs/text.js';
import { writer } from './writer.js';

const COLUMNS = 80;

/** Documents of a format, with hostile texts. */
function documentsOf<T>(schema: { parse: (value: unknown) => T }, name: string): fc.Arbitrary<T> {
  const part = SCHEMAS.get(name);
  if (!part) throw new Error(`there is no format ${name}`);
  return generateDocuments(part, hostile()).map((document) => schema.parse(document));
}

const nights = fc
  .array(summaries, { maxLength: 4 })
  .map((all) => all.map((summary, index) => createNight(summary, `2026-07-0${index + 1}T02:00:00.000Z`)));

/** A limit as it is in JSON, where infinity is null. */
const finite = (limit: number | null): number => limit ?? Number.POSITIVE_INFINITY;

const mapOf = (stored: StoredMap) => ({
  ...stored,
  limits: { high: finite(stored.limits.high), max: stored.limits.max, swapMax: 0 },
});

/** Rows of drills whose texts are hostile. */
const storeRows = fc
  .tuple(summaries, hostile())
  .map(([{ runs }, text]) =>
    runs.map((run) => rowOfRun({ ...run, guest: text, kernel: text }, { at: '2026-07-01T02:00:00Z', place: text })),
  );

/** The cells of CSV as a spreadsheet takes them apart (RFC 4180). */
function splitCsv(text: string): string[][] {
  const lines: string[][] = [[]];
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g)) {
    lines.at(-1)?.push(quoted?.replaceAll('""', '"') ?? plain ?? '');
    if (end !== ',') lines.push([]);
  }
  return lines.slice(0, -1);
}

export const peopleWriters = [
  writer({
    name: 'map-for-people',
    covers: ['harness/report/band.ts renderBandMap', 'harness/report/band-strip.ts renderStrip'],
    inputs: bandMaps,
    write: (map) => renderBandMap(mapOf(map) as never),
    readBack: checkPrintable,
  }),
  writer({
    name: 'sweep-for-people',
    covers: ['harness/report/band.ts renderSweep', 'harness/report/band-strip.ts renderStripAxis'],
    inputs: fc.tuple(sweeps, hostile(), hostile()),
    write: ([{ rows }, bundle, value]) =>
      renderSweep(
        bundle,
        'MemoryHigh',
        rows.map((row) => ({ ...row, value, map: row.map ? mapOf(row.map) : undefined })) as never,
      ),
    readBack: checkPrintable,
  }),
  writer({
    name: 'validation-for-people',
    covers: ['harness/report/validation.ts renderValidation'],
    inputs: validations,
    write({ candidate, ...rest }) {
      const { high, max, swapMax, oomPolicy, ...host } = candidate;
      const limits = { high: finite(high), max: finite(max), swapMax: finite(swapMax) };
      return renderValidation({ ...rest, comparison: undefined, unit: host.memory, limits, oomPolicy, host }, COLUMNS);
    },
    readBack: checkPrintable,
  }),
  writer({
    name: 'timings-for-people',
    covers: ['harness/report/timings.ts renderTimings'],
    inputs: summaries,
    write: ({ runs }) => renderTimings(runs, { columns: COLUMNS }),
    readBack: checkPrintable,
  }),
  writer({
    name: 'history-for-people',
    covers: ['harness/report/history.ts renderHistory'],
    inputs: fc.tuple(nights, hostile()),
    write: ([entries, keptIn]) => {
      const gap = {
        schema: 'oomdrill.history/1',
        type: 'gap',
        at: '2026-07-09T02:00:00.000Z',
        lines: 1,
        keptIn,
      } as const;
      return renderHistory(groupSeries(entries), { entries: [...entries, gap], damaged: [1, 7] }, NOTHING_ACCEPTED);
    },
    readBack: checkPrintable,
  }),
  writer({
    name: 'store-for-people',
    covers: ['harness/report/results.ts renderRows', 'harness/report/results.ts renderTallies'],
    inputs: fc.tuple(storeRows, hostile()),
    write: ([rows, value]) =>
      renderRows(rows, rows.length, 0) +
      renderTallies([{ values: [value], drills: 3, passed: 1, failed: 1, worstGapMs: null }], ['scenario']),
    readBack: checkPrintable,
  }),
  writer({
    name: 'store-for-spreadsheets',
    covers: ['harness/report/results.ts renderResultsCsv'],
    inputs: storeRows,
    write: (rows) => renderResultsCsv(rows),
    readBack(csv, rows) {
      const lines = splitCsv(csv);
      const width = lines[0]?.length ?? 0;
      if (lines.length !== rows.length + 1 || lines.some((line) => line.length !== width))
        throw new Error(`${lines.length} lines of ${rows.length} drills`);
      if (lines.flat().some((cell) => /^[=+@]/.test(cell))) throw new Error('a formula');
    },
  }),
  writer({
    name: 'config-for-people',
    covers: ['harness/report/config.ts renderConfig'],
    inputs: documentsOf(configSchema, 'oomdrill.config/1'),
    write: (report) => renderConfig(report, false, COLUMNS) + renderConfig(report, true, COLUMNS),
    readBack: checkPrintable,
  }),
  writer({
    name: 'new-folder-for-people',
    covers: ['harness/report/new-folder.ts renderNewFolder'],
    inputs: documentsOf(initSchema, 'oomdrill.init/1'),
    write: (made) => renderNewFolder(made, COLUMNS),
    readBack: checkPrintable,
  }),
  writer({
    name: 'status-for-people',
    covers: ['harness/report/status.ts renderStatus'],
    inputs: fc.tuple(hostile(), fc.nat(), fc.nat({ max: 300 })),
    write: ([name, ms, columns]) => renderStatus(createStatus(name, 0, ms), ms, columns),
    readBack(line, [, , columns]) {
      checkPrintable(line);
      if (line.includes('\n') || line.length > columns) throw new Error(`not one line of ${columns}: ${line}`);
    },
  }),
  writer({
    name: 'mutation-for-people',
    covers: ['harness/report/mutation.ts renderMutation', 'harness/report/mutation.ts renderMutants'],
    inputs: fc.record({
      bundle: hostile(),
      fate: fc.constantFrom(...FATES),
      trial: fc.record({
        scenario: hostile(),
        verdict: fc.constantFrom('pass', 'fail', 'error', 'inconclusive'),
        outcome: fc.constantFrom(null, 'contained'),
        reasons: fc.array(hostile(), { maxLength: 2 }),
        record: fc.option(hostile(), { nil: null }),
        ms: fc.nat(),
      }),
    }),
    write({ bundle, fate, trial }) {
      const trials = [{ ...trial, expected: ['contained'] } satisfies Trial];
      const results = MUTANTS.slice(0, 2).map((mutant) => ({ mutant, fate, trials }));
      const broken = MUTANTS.map((mutant) => ({ mutant, bundle: undefined }));
      const text = renderMutation(bundle, trials, results, countScore(trials, results));
      return text + renderMutants(broken as never, COLUMNS);
    },
    readBack: checkPrintable,
  }),
  writer({
    name: 'error-for-people',
    covers: ['harness/core/report-error.ts errorLines'],
    inputs: fc.tuple(hostile(), hostile()),
    write: ([message, hint]) => textOf(errorLines(new OomdrillError({ code: 'A_CODE', kind: 'usage', message, hint }))),
    readBack: checkPrintable,
  }),
];
