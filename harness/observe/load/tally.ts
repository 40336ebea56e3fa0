import { createHistogram } from 'node:perf_hooks';
import type { EntryOf } from '../../record/schema.js';
import type { AskedQuestion } from '../prober.js';

/** What became of a load since it was last asked. */
export type Tallied = Pick<EntryOf<'load'>, 'due' | 'sent' | 'answered' | 'failed' | 'p50Ms' | 'p99Ms'>;

/** A value of Node's histogram is an integer, from 1 on. */
const UNITS_PER_MS = 100;

/** Counts the requests of a load. */
export class Tally {
  #sent = 0;
  #notSent = 0;
  #failed = 0;
  readonly #latencies = createHistogram({ lowest: 1, highest: 2 ** 31, figures: 3 });

  /** Counts one that goes out. */
  send(): void {
    this.#sent += 1;
  }

  /** Counts one that has ended, or was not sent. */
  end({ ok, error, t, scheduledT }: Pick<AskedQuestion, 'ok' | 'error' | 't' | 'scheduledT'>): void {
    if (ok) this.#latencies.record(Math.max(1, Math.round((t - scheduledT) * UNITS_PER_MS)));
    else if (error === 'not-sent') this.#notSent += 1;
    else this.#failed += 1;
  }

  /** What was counted since the last call. */
  take(): Tallied {
    const answered = this.#latencies.count;
    const percentile = (percent: number) =>
      answered === 0 ? undefined : this.#latencies.percentile(percent) / UNITS_PER_MS;
    const counts = { due: this.#sent + this.#notSent, sent: this.#sent, answered, failed: this.#failed };
    const taken = { ...counts, p50Ms: percentile(50), p99Ms: percentile(99) };
    this.#sent = 0;
    this.#notSent = 0;
    this.#failed = 0;
    this.#latencies.reset();
    return taken;
  }
}
