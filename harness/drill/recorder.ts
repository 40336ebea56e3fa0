import { type Clock, startClock } from '../core/clock.js';
import { sleep } from '../core/deadline.js';
import type { Entry, EntryOf, PhaseName } from '../record/schema.js';
import { RecordWriter } from '../record/writer.js';
import { isDead } from '../study/task-state.js';

/** A record that is being written, and the few things of it that steer the drill while it runs. */
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

/** What the drill looks at while it runs: the server's last answers and the hog's last word. */
export class Watch {
  readonly #recorder: Recorder;
  #answers: { t: number; latencyMs: number }[] = [];
  /** Units beside the serving one that have answered. */
  readonly #answered = new Set<string>();
  #sample: EntryOf<'sample'> | undefined;
  /** Smallest (host t - guest monotonic) seen: the samples with the shortest way. */
  #monotonicOffsetMs = Number.POSITIVE_INFINITY;

  constructor(recorder: Recorder) {
    this.#recorder = recorder;
    recorder.watch((entry) => {
      if (entry.type === 'probe' && entry.ok) this.#answers.push({ t: entry.t, latencyMs: entry.t - entry.scheduledT });
      if (entry.type === 'beside' && entry.ok) this.#answered.add(entry.unit);
      if (entry.type === 'sample') {
        this.#sample = entry;
        this.#monotonicOffsetMs = Math.min(this.#monotonicOffsetMs, entry.t - entry.guestMonotonicMs);
      }
    });
  }

  /** The record's time of a moment of the guest's monotonic clock. */
  toHostT = (guestMs: number): number => guestMs + this.#monotonicOffsetMs;

  /** The guest's monotonic clock at a time of the record. */
  toGuestMs = (t: number): number => t - this.#monotonicOffsetMs;

  /** Whether this unit beside the serving one has ever answered. */
  hasAnswered(unit: string): boolean {
    return this.#answered.has(unit);
  }

  hogState(name: string): string {
    return this.#sample?.hogs?.[name]?.state ?? 'starting';
  }

  /** How much memory the hog has touched, as last seen. */
  hogBytes(name: string): number {
    return this.#sample?.hogs?.[name]?.touchedBytes ?? 0;
  }

  /** memory.current of the cgroup of this role as last seen. */
  currentBytes(role: string): number {
    return this.#sample?.cgroups[role]?.current ?? 0;
  }

  /**
   * Waits until so many answers in a row came since `since`, each within `withinMs` of when it was asked; false when the time ran
   * out, or, with `orServerGone`, when the server's process is no more.
   */
  async steady(options: SteadyOptions): Promise<boolean> {
    const { clock } = this.#recorder;
    const isSteady = () => {
      const recent = this.#answers.filter(({ t }) => t >= options.since).slice(-options.answers);
      return recent.length === options.answers && recent.every(({ latencyMs }) => latencyMs <= options.withinMs);
    };
    const isGone = () => options.orServerGone === true && isDead(this.#sample?.server?.task ?? '?');
    const end = clock.now() + options.timeoutMs;
    while (!isSteady()) {
      this.#recorder.throwIfBroken();
      if (clock.now() >= end || isGone()) return false;
      await sleep(50, options.signal);
    }
    return true;
  }
}

export interface SteadyOptions {
  readonly since: number;
  readonly answers: number;
  readonly withinMs: number;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  readonly orServerGone?: boolean;
}
