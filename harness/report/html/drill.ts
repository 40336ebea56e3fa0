import type { RunRecord } from '../../record/reader.js';
import type { EntryOf, Header } from '../../record/schema.js';
import { windowMs } from '../../record/watchdog.js';
import { entriesOfType, watchedUntil } from '../../study/entries.js';
import { OUTCOMES } from '../../verdict/outcomes.js';
import { summarizeRecord } from '../../verdict/summarize.js';
import type { RunSummary } from '../../verdict/summary.js';
import { answerData } from './answers.js';
import { killMarks, logLines, phaseData, sessionMarks } from './marks.js';
import type { DrillData } from './model.js';
import { pack } from './pack.js';
import { sampleData } from './samples.js';

/** One record, judged and made ready for a page: what is written there in words, and what its charts are drawn from. */
export interface ReportedDrill {
  readonly run: RunSummary;
  readonly header: Header;
  /** The limits and the proof that they were in effect, the first ones first. */
  readonly proof: readonly EntryOf<'effect'>[];
  readonly injections: readonly EntryOf<'injection'>[];
  readonly versions: Readonly<Record<string, string>>;
  /** Why the record is not whole; null when it is. */
  readonly defect: string | null;
  /** A `DrillData`, packed. */
  readonly packed: string;
}

/** @param path where the record was read from */
export function reportDrill(record: RunRecord, path: string, outcomes = OUTCOMES): ReportedDrill {
  const { header, entries, truncated } = record;
  return {
    run: summarizeRecord(record, path, outcomes),
    header,
    proof: entriesOfType(entries, 'effect'),
    injections: entriesOfType(entries, 'injection'),
    versions: entriesOfType(entries, 'versions').at(-1)?.versions ?? {},
    defect: truncated ? 'The record was cut off: what came after its last whole line is not known.' : null,
    packed: pack(drillData(record)),
  };
}

/** What the charts of a record are drawn from. */
export function drillData({ header, entries, truncated }: RunRecord): DrillData {
  const injection = entriesOfType(entries, 'injection').at(-1);
  const unit = entriesOfType(entries, 'unit')[0]?.unit ?? entriesOfType(entries, 'effect')[0]?.unit ?? 'the server';
  return {
    name: header.scenario.name,
    endT: watchedUntil(entries),
    cut: truncated,
    windowMs: windowMs(header.watchdog),
    phases: phaseData(entries),
    ...sampleData(entries, injection?.role ?? 'server', header.sampleIntervalMs),
    answers: answerData(entries, unit),
    kills: killMarks(entries),
    session: sessionMarks(entries),
    log: logLines(entries),
  };
}
