import type { Clock } from '../core/clock.js';
import type { Entry } from '../record/schema.js';

/** What every observer is handed: the record's clock, and where its entries go. */
export interface ObserverContext {
  readonly clock: Clock;
  readonly write: (entry: Entry) => void;
}

/** Something that watches from its start until it is stopped. Stopping twice is harmless. */
export interface Observer {
  stop(): Promise<void>;
}
