import { type Clock, startClock } from '../core/clock.js';
import type { Entry, PhaseName } from '../record/schema.js';
import { RecordWriter } from '../record/writer.js';

/** A record that is being written, and what watches each entry. */
export class Recorder {
  readonly clock: Clock = startClock();
  readonly path: string;
  readonly #writer: RecordWriter;
  readonly #watchers = new Set<(entry: Entry) => void>();

  constructor(path: string) {
    this.path = path;
    this.#writer = new RecordWriter(path);
  }

  /** Bound, so that it can be handed to observers. */
  readonly write = (entry: Entry): void => {
    this.#writer.write(entry);
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
    if (this.#writer.error) throw this.#writer.error;
  }

  close(): Promise<void> {
    return this.#writer.close();
  }
}
