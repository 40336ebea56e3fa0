import { createHash } from 'node:crypto';
import type { HistoryEntry } from '../history/schema.js';
import type { Campaign } from '../verdict/part.js';
import type { RunSummary } from '../verdict/summary.js';

/** The columns of the store by their names, each with its type in SQL. All but the first two may be NULL: what is not known has no value. */
export const COLUMNS = {
  id: 'TEXT PRIMARY KEY',
  at: 'TEXT NOT NULL',
  cell: 'TEXT',
  scenario: 'TEXT',
  place: 'TEXT',
  bundle: 'TEXT',
  guest: 'TEXT',
  kernel: 'TEXT',
  systemd: 'TEXT',
  machine: 'TEXT',
  accelerator: 'TEXT',
  scale: 'REAL',
  options: 'TEXT',
  declarations: 'TEXT',
  version: 'TEXT',
  control: 'INTEGER',
  verdict: 'TEXT',
  outcome: 'TEXT',
  longestGapMs: 'REAL',
  fullStallPercent: 'REAL',
  brimBytes: 'REAL',
  oomKills: 'INTEGER',
  durationMs: 'REAL',
  record: 'TEXT',
  recordHash: 'TEXT',
} as const;

export type StoreColumn = keyof typeof COLUMNS;
export type Row = Readonly<Record<StoreColumn, string | number | null>>;

export const COLUMN_NAMES = Object.keys(COLUMNS) as readonly StoreColumn[];

/** What is known of a drill besides its result. */
export interface Occasion {
  /** When it ended, ISO 8601. */
  readonly at: string;
  readonly campaign?: Campaign | undefined;
  /** The key of its cell. */
  readonly cell?: string | undefined;
  /** What was asked of it, where it is not a scenario: `300M`, `past-max`. */
  readonly place?: string | undefined;
}

/** The row of a drill. A drill has an ID; what has none is known by all that is said of it. */
export function rowOfRun(run: RunSummary, { at, campaign, cell, place }: Occasion): Row {
  const { scenario, bundle, guest, machine, accelerator, scale, control, verdict, outcome, evidence, timings } = run;
  return {
    id: run.id ?? hashOf([at, cell, place, run]),
    at,
    cell: cell ?? null,
    scenario,
    place: place ?? null,
    bundle: bundle ?? null,
    guest,
    kernel: run.kernel ?? null,
    systemd: run.systemd ?? null,
    machine,
    accelerator,
    scale,
    options: campaign?.options ?? null,
    declarations: campaign?.declarations ?? null,
    version: campaign?.version ?? null,
    control: Number(control),
    verdict,
    outcome,
    longestGapMs: evidence?.longestGapMs ?? null,
    fullStallPercent: evidence?.fullStallPercent ?? null,
    brimBytes: evidence?.brimBytes ?? null,
    oomKills: evidence?.oomKills ?? null,
    durationMs: timings?.totalMs ?? null,
    record: run.record,
    recordHash: run.recordHash ?? null,
  };
}

/** The rows of the entries of a history, which knows neither versions nor records. */
export function rowsOfHistory(entries: readonly HistoryEntry[]): Row[] {
  const none = Object.fromEntries(COLUMN_NAMES.map((name) => [name, null])) as Row;
  return entries.flatMap((entry): Row[] => {
    if (entry.type === 'gap') return [];
    const { at } = entry;
    if (entry.type === 'band') {
      const { bundle, guest, machine, scale, brimBytes } = entry;
      const id = hashOf([at, entry]);
      return [{ ...none, id, at, place: 'band', bundle, guest, machine, scale, brimBytes, verdict: 'pass' }];
    }
    return entry.runs.map((run, index) => {
      const { latency: _, hostStallMs: __, server: ___, control, bundle = null, kernel = null, ...kept } = run;
      return { ...none, ...kept, bundle, kernel, id: hashOf([at, index, run]), at, control: Number(control) };
    });
  });
}

const hashOf = (value: unknown): string =>
  createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 32);
