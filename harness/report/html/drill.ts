import { printable } from '../../core/printable.js';
import type { RunRecord } from '../../record/reader.js';
import type { EntryOf, Header } from '../../record/schema.js';
import { windowMs } from '../../record/watchdog.js';
import { entriesOfType, watchedUntil } from '../../study/entries.js';
import { OUTCOMES } from '../../verdict/outcomes.js';
import { summarizeRecord } from '../../verdict/summarize.js';
import type { RunSummary } from '../../verdict/summary.js';
import { collectAnswers, collectCanary } from './answers.js';
import { collectKillMarks, collectLog, collectPhases, collectSessionMarks } from './marks.js';
import type { DrillData } from './model.js';
import { pack } from './pack.js';
import { collectSamples } from './samples.js';

/** One record, judged and prepared for a page: its texts, and the data of its charts. */
export interface ReportedDrill {
  readonly run: RunSummary;
  readonly header: Header;
  /** The limits and the proof that they were in effect, in the order of time. */
  readonly proof: readonly EntryOf<'effect'>[];
  readonly injections: readonly EntryOf<'injection'>[];
  readonly versions: Readonly<Record<string, string>>;
  /** How fast the guest was; none in older records, and where it could not be measured. */
  readonly speed: readonly EntryOf<'speed'>[];
  /** What was asked of the canary; nothing in older records. */
  readonly canary: readonly EntryOf<'canary'>[];
  /** Why the record is not complete; null if it is. */
  readonly defect: string | null;
  /** A `DrillData`, packed. */
  readonly packed: string;
}

/**
 * Judges a record and prepares it for a page.
 *
 * @param path of the record
 */
export function prepareDrill(record: RunRecord, path: string, outcomes = OUTCOMES): ReportedDrill {
  const { header, entries, truncated } = record;
  return {
    run: summarizeRecord(record, path, outcomes),
    header,
    proof: entriesOfType(entries, 'effect'),
    injections: entriesOfType(entries, 'injection'),
    versions: entriesOfType(entries, 'versions').at(-1)?.versions ?? {},
    speed: entriesOfType(entries, 'speed'),
    canary: entriesOfType(entries, 'canary'),
    defect: truncated ? 'The record was cut off: what happened after its last complete line is not known.' : null,
    packed: pack(collectDrillData(record), printable),
  };
}

/** Collects the data for the charts of a record. */
export function collectDrillData({ header, entries, truncated }: RunRecord): DrillData {
  const injection = entriesOfType(entries, 'injection').at(-1);
  const unit = entriesOfType(entries, 'unit')[0]?.unit ?? entriesOfType(entries, 'effect')[0]?.unit ?? 'the server';
  return {
    name: header.scenario.name,
    endT: watchedUntil(entries),
    cut: truncated,
    windowMs: windowMs(header.watchdog),
    phases: collectPhases(entries),
    ...collectSamples(entries, injection?.role ?? 'server', header.sampleIntervalMs),
    answers: collectAnswers(entries, unit),
    canary: collectCanary(entries),
    kills: collectKillMarks(entries),
    session: collectSessionMarks(entries),
    log: collectLog(entries),
  };
}
