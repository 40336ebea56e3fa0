import type { Entry } from '../record/schema.js';

/** Turns times of the guest's monotonic clock into the record's, and back, by the samples that came the shortest way. Milliseconds. */
export class GuestClock {
  /** Smallest (host t - guest monotonic) seen. */
  #offsetMs = Number.POSITIVE_INFINITY;

  /** Bound, so that a recorder can call it. */
  readonly see = (entry: Entry): void => {
    if (entry.type === 'sample') this.#offsetMs = Math.min(this.#offsetMs, entry.t - entry.guestMonotonicMs);
  };

  /** Whether a sample has come yet. Without one the clocks cannot be compared. */
  get isKnown(): boolean {
    return Number.isFinite(this.#offsetMs);
  }

  /** The record's time of a moment of the guest's monotonic clock. */
  readonly toHostT = (guestMs: number): number => guestMs + this.#offsetMs;

  /** The guest's monotonic clock at a time of the record. */
  readonly toGuestMs = (t: number): number => t - this.#offsetMs;
}
