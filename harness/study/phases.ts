import type { Entry, PhaseName } from '../record/schema.js';
import { entriesOfType, type Span } from './entries.js';

/**
 * The start and end of each phase; a phase that the drill did not reach is missing. The last phase ends with the
 * record.
 */
export type Phases = Partial<Record<PhaseName, Span>>;

export function studyPhases(entries: readonly Entry[]): Phases {
  const marks = entriesOfType(entries, 'phase');
  const end = entries.reduce((latest, entry) => (entry.type === 'header' ? latest : Math.max(latest, entry.t)), 0);
  return Object.fromEntries(marks.map(({ name, t }, index) => [name, { from: t, to: marks[index + 1]?.t ?? end }]));
}

/**
 * The time that the claim is about, from the first byte of the injection to the release. Undefined without an
 * injection.
 */
export function stressWindow({ injection, hold, release }: Phases): Span | undefined {
  return injection && { from: injection.from, to: release?.from ?? hold?.to ?? injection.to };
}
