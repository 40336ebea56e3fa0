import { type Clock, startClock } from '../core/clock.js';
import type { Entry, PhaseName } from '../record/schema.js';
import type { RecordWriter } from '../record/writer.js';

/** Where entries go; a record, if they are to be kept. */
type Sink = Pick<RecordWriter, 'write' | 'error'>;

/** For what is watched before a drill begins. */
export const NOWHERE: Sink = { write: () => {}, error: undefined };

/** What is seen of a drill: each entry goes where it is kept, and to what watches. */
export class Recorder {
  readonly clock: Clock = startClock();
  readonly #sink: Sink;
  readonly #watchers = new Set<(entry: Entry) => void>();

  constructor(sink: Sink) {
    this.#sink = sink;
  }

  /** Bound, so that it can be handed to observers. */
  readonly write = (entry: Entry): void => {
    this.#sink.write(entry);
    for (const watcher of this.#watchers) watcher(entry);
  };

  phase(name: PhaseName): void {
    this.write({ type: 'phase', t: this.clock.now(), name });
  }

  /** Calls back at every entry from now on. */
  watch(watcher: (entry: Entry) => void): void {
    this.#watchers.add(watcher);
  }

  /** @throws OomdrillError `RECORD_WRITE` when the disk did not take what was written so far */
  throwIfBroken(): void {
    if (this.#sink.error) throw this.#sink.error;
  }
}
