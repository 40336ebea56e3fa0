import type { Entry, PhaseName } from '../record/schema.js';
import { entriesOfType, type Span } from './entries.js';

/** When each phase began and ended; a phase that the drill never reached is missing. The last one ends with the record. */
export type Phases = Partial<Record<PhaseName, Span>>;

export function studyPhases(entries: readonly Entry[]): Phases {
  const marks = entriesOfType(entries, 'phase');
  const end = entries.reduce((latest, entry) => (entry.type === 'header' ? latest : Math.max(latest, entry.t)), 0);
  return Object.fromEntries(marks.map(({ name, t }, index) => [name, { from: t, to: marks[index + 1]?.t ?? end }]));
}

/** From the first byte of the injection to the release: what the claim is about. Undefined when there was no injection. */
export function stressWindow({ injection, hold, release }: Phases): Span | undefined {
  return injection && { from: injection.from, to: release?.from ?? hold?.to ?? injection.to };
}
