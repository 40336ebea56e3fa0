import fc from 'fast-check';
import type { z } from 'zod';
import type { StoredMap } from '../../harness/contract/band-map.js';
import { publishFormats } from '../../harness/contract/json-schema.js';
import {
  readStored,
  STORED_LINT_REPORT,
  STORED_MAP,
  STORED_SUMMARY,
  STORED_SWEEP,
  STORED_VALIDATION,
  type StoredDocument,
} from '../../harness/contract/stored.js';
import { parseJson } from '../../harness/core/json.js';
import { NOTHING_ACCEPTED } from '../../harness/history/baseline.js';
import { parseHistory } from '../../harness/history/file.js';
import { createNight } from '../../harness/history/night.js';
import { HISTORY_SCHEMA } from '../../harness/history/schema.js';
import { groupSeries } from '../../harness/history/series.js';
import { findLastDrifts } from '../../harness/history/watch.js';
import { parseRecord, type RunRecord } from '../../harness/record/reader.js';
import { parseBandMaps, renderBandMapSection } from '../../harness/report/html/band-map.js';
import { collectDrillData } from '../../harness/report/html/drill.js';
import type { JsonSchemaPart } from '../../harness/testing/from-json-schema.js';
import { compose, recordText } from '../../harness/testing/record.js';
import { mergeShards } from '../../harness/verdict/merge.js';
import { summarizeRecord } from '../../harness/verdict/summarize.js';
import { type Summary, summarySchema } from '../../harness/verdict/summary.js';
import { shortRecords, storedDocuments } from '../inputs/corpus.js';
import { jsonTexts, mutatedDocuments } from '../inputs/json.js';
import { mutated } from '../inputs/mutation.js';
import type { Property } from '../property.js';
import { reader, withCrlf } from './reader.js';

const schemas = new Map(publishFormats().map(({ name, text }) => [name, JSON.parse(text) as JsonSchemaPart]));

/** Records with a few lines of each kind: of stored ones, and of one that is whole. */
const RECORDS = [
  ...shortRecords(),
  recordText(compose())
    .split('\n')
    .filter((_, index) => index < 20 || index % 60 === 0)
    .join('\n'),
];

/** Lines of records, each with places of its JSON changed, or with characters changed. */
const records = fc.oneof(mutated(RECORDS), recordsOfLines());

function recordsOfLines(): fc.Arbitrary<string> {
  return fc.constantFrom(...RECORDS).chain((text) => {
    const lines = text.split('\n').filter(Boolean);
    const documents = lines.map((line) => JSON.parse(line) as unknown);
    return fc
      .tuple(fc.nat({ max: lines.length - 1 }), mutatedDocuments(documents), fc.boolean())
      .map(([at, changed, isAdded]) => lines.toSpliced(at, isAdded ? 0 : 1, JSON.stringify(changed)).join('\n'))
      .map((whole) => `${whole}\n`);
  });
}

const storedReader = (folder: string, stored: StoredDocument<z.ZodType>): Property =>
  reader({
    name: `stored-${folder}`,
    covers: ['harness/contract/stored.ts readStored'],
    inputs: jsonTexts(storedDocuments(folder), schemas.get(stored.format.schema)),
    read: (text) => readStored(parseJson(text).value, stored, 'file'),
  });

const summaries = storedDocuments('summary').map((document) => readStored(document, STORED_SUMMARY, 'a file'));
const shards = summaries.filter(({ shard }) => shard !== undefined);

const NIGHTS = [
  ...summaries.map((summary, index) => createNight(summary, `2026-07-0${(index % 9) + 1}T02:00:00.000Z`)),
  {
    schema: HISTORY_SCHEMA,
    type: 'band',
    at: '2026-07-02T02:00:00.000Z',
    bundle: 'devvm',
    guest: 'trixie',
    machine: 'qemu',
    scale: 8,
    brimBytes: 1e8,
  },
  { schema: HISTORY_SCHEMA, type: 'gap', at: '2026-07-03T02:00:00.000Z', lines: 1, keptIn: 'history.jsonl.damaged' },
];

/** Nights, as lines of a history, with what the schema allows in them. */
const histories = fc.oneof(
  fc
    .array(
      jsonTexts(NIGHTS, schemas.get(HISTORY_SCHEMA)).map((text) => text.replaceAll('\n', ' ')),
      { maxLength: 6 },
    )
    .map((lines) => lines.map((line) => `${line}\n`).join('')),
  mutated([NIGHTS.map((night) => `${JSON.stringify(night)}\n`).join('')]),
);

const pickShards = fc.shuffledSubarray([...shards], { minLength: 1 });

export const storedReaders: readonly Property[] = [
  reader({
    name: 'record',
    covers: ['harness/record/reader.ts parseRecord'],
    inputs: records,
    read: (text) => parseRecord(text, 'record.jsonl'),
    alike: { 'with CRLF': withCrlf },
    meaning: (answer) => ('value' in answer ? answer : answer.code),
    must(record: RunRecord) {
      const summary = summarizeRecord(record, 'record.jsonl');
      const fault = summarySchema.shape.runs.safeParse([summary]).error;
      if (fault) throw fault;
      JSON.stringify(collectDrillData(record));
      const again = parseRecord(recordText(record), 'record.jsonl');
      if (JSON.stringify(again.entries) !== JSON.stringify(record.entries)) throw new Error('it is not read back');
    },
  }),
  reader({
    name: 'history',
    covers: ['harness/history/file.ts parseHistory'],
    inputs: histories,
    read: (text) => parseHistory(text, 'history.jsonl'),
    alike: { 'with CRLF': withCrlf },
    must({ entries }: ReturnType<typeof parseHistory>) {
      for (const series of groupSeries(entries)) findLastDrifts(series, NOTHING_ACCEPTED);
    },
  }),
  storedReader('summary', STORED_SUMMARY),
  storedReader('lint', STORED_LINT_REPORT),
  storedReader('validation', STORED_VALIDATION),
  storedReader('map', STORED_MAP),
  storedReader('sweep', STORED_SWEEP),
  reader({
    name: 'band-maps',
    covers: ['harness/report/html/band-map.ts parseBandMaps'],
    inputs: jsonTexts([...storedDocuments('map'), ...storedDocuments('sweep')]),
    read: (text) => parseBandMaps(text, 'map.json'),
    must(maps: StoredMap[]) {
      for (const [index, map] of maps.entries()) renderBandMapSection(map, index);
    },
  }),
  reader({
    name: 'shards',
    covers: ['harness/verdict/merge.ts mergeShards'],
    inputs: fc.tuple(pickShards, fc.array(mutatedDocuments(shards), { maxLength: 2 })).map((all) => all.flat()),
    read: (documents) => mergeShards(readShards(documents)).summary,
    alike: { 'with files in another order': (documents) => documents.toReversed() },
    meaning: (answer) => ('value' in answer ? sortRuns(answer.value as Summary) : 'refused'),
  }),
];

/** Each shard once, and only what a summary may be. */
const readShards = (documents: readonly unknown[]) =>
  documents.map((document, index) => {
    const path = `${index}.json`;
    return { path, summary: readStored(document, STORED_SUMMARY, path) };
  });

/** The facts of a merged summary that do not depend on the order of the files. */
const sortRuns = ({ runs, exitCode, at }: Summary) => ({
  runs: runs.map(({ scenario, guest, verdict }) => [scenario, guest, verdict].join()).sort(),
  exitCode,
  at,
});
