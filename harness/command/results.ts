import { PART_KINDS } from '../contract/parts.js';
import { RESULTS_SCHEMA, resultsSchema } from '../contract/results.js';
import { isOfKind, readStored, STORED_SUMMARY } from '../contract/stored.js';
import { MIB } from '../core/bytes.js';
import { machineError, messageOf, type OomdrillError, usageError } from '../core/errors.js';
import { isObject } from '../core/format.js';
import { parseJson } from '../core/json.js';
import { mustError } from '../core/must.js';
import { formattedText, textOf } from '../core/printable-text.js';
import { readTextFile } from '../core/read-text-file.js';
import { replaceFile } from '../core/replace-file.js';
import { say } from '../core/say.js';
import { readHistory } from '../history/file.js';
import { renderResultsCsv, renderRows, renderTallies } from '../report/results.js';
import { COLUMN_NAMES, COLUMNS, type Row, rowsOfHistory, type StoreColumn } from '../store/row.js';
import { type Filter, isDatabase, type OpenStore, withStore } from '../store/store.js';
import { type Conclusion, conclude, documentOf } from './conclude.js';
import { countOf } from './count.js';
import type { ResultsFlags } from './declaration/results.js';
import { rowsOfPart, rowsOfSummary, storeIn } from './remember-in-store.js';

/** `oomdrill results`: what the store has. */
export async function executeResults(flags: ResultsFlags): Promise<void> {
  await conclude(flags, async () => {
    const path = flags.store ?? storeIn(flags.out);
    const filter = filterOf(flags);
    const by = flags.by?.map((name) => columnOf(name));
    const limit = flags.limit === undefined ? undefined : countOf(flags.limit, '--limit', 1_000_000);
    const offset = countOf(flags.offset, '--offset', Number.MAX_SAFE_INTEGER, 0);
    const added = await addFiles(path, flags.add ?? []);
    return withStore(path, 'read', (store) =>
      concludeResults(store, { path, filter, by, limit, offset, added }, flags),
    );
  });
}

interface Question {
  readonly path: string;
  readonly filter: Filter;
  readonly by: readonly StoreColumn[] | undefined;
  readonly limit: number | undefined;
  readonly offset: number;
  readonly added: number;
}

/** What is listed where nothing else is asked for. */
const PAGE = 50;

function concludeResults(
  store: OpenStore,
  { path, filter, by, limit, offset, added }: Question,
  { csv, json }: Pick<ResultsFlags, 'csv' | 'json'>,
): Conclusion {
  const matching = store.count(filter);
  const head = { schema: RESULTS_SCHEMA, store: path, added, matching } as const;
  const tallies = by && store.tally(filter, by);
  const all = limit ?? (csv === undefined ? PAGE : matching);
  const select = () => store.select(filter, { limit: all, offset });
  // All of a large store are in memory only where JSON holds them anyway.
  const isStreamed = csv !== undefined && json === undefined;
  const rows = tallies || isStreamed ? [] : [...select()];
  const drills = isStreamed ? select() : rows;
  const table = csv === undefined ? '' : tallies && by ? renderResultsCsv(tallies, by) : renderResultsCsv(drills);
  // To check all drills takes as long as to write them: only where they are asked for in this form.
  const listed = json === undefined ? {} : { drills: rows as never };
  const groups = tallies && { by: [...(by ?? [])], groups: tallies };
  const document = documentOf(resultsSchema, { ...head, ...(groups ?? { offset, ...listed }) });
  if (csv === '-') return { document, text: formattedText(table), exitCode: 0 };
  const files = csv === undefined ? [] : [() => writeCsv(csv, table)];
  const text =
    csv !== undefined ? textOf([]) : tallies ? renderTallies(tallies, by ?? []) : renderRows(rows, matching, offset);
  return { document, text, exitCode: 0, files };
}

async function writeCsv(file: string, text: string): Promise<void> {
  await replaceFile(file, text).catch((cause: unknown) => {
    const message = `Could not write the results to ${file}: ${messageOf(cause)}.`;
    throw machineError('REPORT_WRITE', message, 'Name another file with --csv.', cause);
  });
}

/** @throws OomdrillError `RESULTS_WHERE` */
export function filterOf({ where = [], since, until }: Pick<ResultsFlags, 'where' | 'since' | 'until'>): Filter {
  const equal: Partial<Record<StoreColumn, string | number>> = {};
  for (const term of where) {
    const [, name = '', value = ''] = /^([^=]*)=(.*)$/s.exec(term) ?? [];
    const column = columnOf(name, term);
    const number = COLUMNS[column].startsWith('TEXT') ? undefined : Number(value);
    equal[column] = number !== undefined && Number.isFinite(number) ? number : value;
  }
  return { equal, since, until };
}

/** @throws OomdrillError `RESULTS_COLUMN` */
function columnOf(name: string, given = name): StoreColumn {
  const column = COLUMN_NAMES.find((one) => one === name);
  if (column) return column;
  throw mustError('RESULTS_COLUMN', 'A column', `be one of ${COLUMN_NAMES.join(', ')}`, given);
}

/**
 * Adds files to a store. One that cannot be read does not keep the others out, and is named.
 *
 * @returns how many drills were new
 * @throws OomdrillError that of the first, where none can be read
 */
async function addFiles(path: string, files: readonly string[]): Promise<number> {
  let added = 0;
  const faults: OomdrillError[] = [];
  for (const file of files) {
    try {
      added += await addFile(path, file);
    } catch (thrown) {
      if (!(thrown instanceof Error && 'kind' in thrown && thrown.kind === 'usage')) throw thrown;
      faults.push(thrown as OomdrillError);
    }
  }
  const [first] = faults;
  if (first && faults.length === files.length) throw first;
  for (const fault of faults) say(fault.message);
  return added;
}

async function addFile(path: string, file: string): Promise<number> {
  if (await isDatabase(file)) {
    // Closed as a whole first, and nothing writes to it meanwhile.
    await withStore(file, 'read', (other) => other.count());
    return withStore(path, 'write', (store) => store.addStore(file));
  }
  const rows = await rowsOfFile(file);
  return withStore(path, 'write', (store) => store.add(rows));
}

/** @throws OomdrillError `RESULTS_UNREADABLE`, and what reading its kind of file throws */
async function rowsOfFile(file: string): Promise<Row[]> {
  const text = await readTextFile(file, {
    what: 'result',
    code: 'RESULTS_UNREADABLE',
    hint: HOW,
    limitBytes: MAX_BYTES,
  });
  const { value } = parseJson(text);
  if (!isObject(value) || (typeof value.type === 'string' && String(value.schema).startsWith('oomdrill.history/')))
    return rowsOfHistory((await readHistory(file)).entries);
  if (isOfKind(value, STORED_SUMMARY)) return rowsOfSummary(readStored(value, STORED_SUMMARY, file));
  const kind = PART_KINDS.find(({ format }) => isOfKind(value, { format }));
  if (kind) return rowsOfPart(kind.read(value, file));
  throw usageError(
    'RESULTS_UNREADABLE',
    `${file} holds no results: ${String(value.schema ?? 'it has no key schema')}.`,
    HOW,
  );
}

/** Longer than any history or result that was ever written. */
const MAX_BYTES = 256 * MIB;

const HOW = 'Name what `oomdrill run`, `map`, `validate` or `mutate` wrote with --json, a history.jsonl, or a store.';
