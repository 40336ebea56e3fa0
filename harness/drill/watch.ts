import type { Entry, EntryOf, InjectionProgress } from '../record/schema.js';
import { isDead } from '../study/task-state.js';
import { type Heard, hear } from './heard.js';

/** One full answer of the serving unit. Milliseconds. */
export interface SeenAnswer {
  readonly t: number;
  readonly latencyMs: number;
}

/** The few things of a record that steer the drill while it is written: the last that was seen. */
export class Watch {
  readonly #answers: SeenAnswer[] = [];
  /** Sidecars that have answered. */
  readonly #answered = new Set<string>();
  /** What was last heard of the serving unit, and of each sidecar by its name. */
  #heard: Heard | undefined;
  readonly #heardOf = new Map<string, Heard | undefined>();
  #sample: EntryOf<'sample'> | undefined;
  #availableBytes: number | undefined;
  #canary: EntryOf<'canary'> | undefined;
  #sessionT: number | undefined;
  #login: EntryOf<'login'> | undefined;
  #hasLoggedIn = false;

  /** Bound, so that a recorder can call it. */
  readonly see = (entry: Entry): void => {
    if (entry.type === 'probe' && entry.ok) this.#answers.push({ t: entry.t, latencyMs: entry.t - entry.scheduledT });
    if (entry.type === 'sidecar' && entry.ok) this.#answered.add(entry.unit);
    if (entry.type === 'canary') this.#canary = entry;
    if (entry.type === 'session' && entry.event === 'answered') this.#sessionT ??= entry.t;
    if (entry.type === 'login') {
      this.#login = entry;
      this.#hasLoggedIn ||= entry.ok;
    }
    if (entry.type === 'probe') this.#heard = hear(this.#heard, entry);
    if (entry.type === 'sidecar') this.#heardOf.set(entry.unit, hear(this.#heardOf.get(entry.unit), entry));
    if (entry.type === 'sample') {
      this.#sample = entry;
      // Not in every sample.
      this.#availableBytes = entry.memAvailableBytes ?? this.#availableBytes;
    }
  };

  /** The serving unit's last answers, so many at most, that came since a time of the record. */
  lastAnswers(count: number, since: number): readonly SeenAnswer[] {
    return this.#answers.slice(-count).filter(({ t }) => t >= since);
  }

  /** What was last heard of the serving unit, or of this sidecar; undefined where no request has ended yet. */
  lastHeard(sidecar?: string): Heard | undefined {
    return sidecar === undefined ? this.#heard : this.#heardOf.get(sidecar);
  }

  /** Whether this sidecar has ever answered. */
  hasAnswered(unit: string): boolean {
    return this.#answered.has(unit);
  }

  /** The canary's last answer, or why there was none; undefined before its first request has ended. */
  get canary(): EntryOf<'canary'> | undefined {
    return this.#canary;
  }

  /** When a session's heartbeat was first answered, milliseconds of the record; undefined before that. */
  get sessionT(): number | undefined {
    return this.#sessionT;
  }

  /** The last login that was tried, or why it did not come through; undefined before the first one has ended. */
  get lastLogin(): EntryOf<'login'> | undefined {
    return this.#login;
  }

  /** Whether any login has come through. */
  get hasLoggedIn(): boolean {
    return this.#hasLoggedIn;
  }

  /** Whether the server's process is known to be no more. */
  isServerGone(): boolean {
    const server = this.#sample?.server;
    return server !== undefined && isDead(server.task);
  }

  /** How far the injection of this name is; undefined before it was seen. */
  progressOf(name: string): InjectionProgress | undefined {
    return this.#sample?.progress[name];
  }

  /** How long tasks of the cgroup of this role waited for memory so far, milliseconds; undefined where it is not known. */
  memoryStallMs(role: string): number | undefined {
    const totalUs = this.#sample?.cgroups[role]?.pressure?.some.totalUs;
    return totalUs === undefined ? undefined : totalUs / 1e3;
  }

  /** `MemAvailable` of the guest as it was last seen, bytes; undefined before that. */
  availableBytes(): number | undefined {
    return this.#availableBytes;
  }

  /** memory.current of the cgroup of this role. */
  currentBytes(role: string): number {
    return this.#sample?.cgroups[role]?.current ?? 0;
  }
}
