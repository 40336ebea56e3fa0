import { MIB } from '../core/bytes.js';

/** What the server of the fake guest weighs. */
const SERVER_BYTES = 200 * MIB;
/** How fast a hog grows: past any limit of a small guest within a second. */
const GROWTH_BYTES_PER_MS = 4 * MIB;

/** What a hog's controller was told, and what has become of its hog. */
export interface FakeHog {
  readonly name: string;
  readonly comm: string;
  readonly pid: number;
  /** Where memory.current is to come to rest, bytes; infinite for growth without end. */
  readonly target: number;
  state: 'ramping' | 'holding' | 'killed';
  touchedBytes: number;
  rampMs: number;
}

/** Limits in effect, bytes; infinite for none. */
export interface FakeLimits {
  readonly high: number;
  readonly max: number;
}

/**
 * The memory of one cgroup with a server and hogs, as a model of a few lines: a hog grows until it is at its target or the cgroup at
 * memory.max, where it is killed; above memory.high everybody stands still. It knows nothing of reclaim, swap or page cache: whether
 * real limits contain a real hog is for drills to say.
 */
export class FakeCgroup {
  readonly limits: FakeLimits;
  readonly hogs: FakeHog[] = [];
  readonly events = { low: 0, high: 0, max: 0, oom: 0, oom_kill: 0 };
  /** PSI's total, `some` and `full` alike. */
  stalledMs = 0;
  readonly #onKill: (hog: FakeHog) => void;

  /** @param onKill told of each hog that the cgroup's limit kills */
  constructor(limits: FakeLimits, onKill: (hog: FakeHog) => void) {
    this.limits = limits;
    this.#onKill = onKill;
  }

  /** memory.current, bytes. */
  get current(): number {
    return this.hogs.reduce((sum, hog) => sum + hog.touchedBytes, SERVER_BYTES);
  }

  get isThrottled(): boolean {
    return this.current > this.limits.high;
  }

  /** Lets so many milliseconds pass. */
  advance(ms: number): void {
    for (const hog of this.hogs.filter(({ state }) => state === 'ramping')) this.#grow(hog, ms);
    if (!this.isThrottled) return;
    this.events.high += 1;
    this.stalledMs += ms;
  }

  /** SIGKILL to a hog, by whomever. */
  kill(name: string): void {
    const hog = this.hogs.find((one) => one.name === name);
    if (hog) Object.assign(hog, { state: 'killed', touchedBytes: 0 });
  }

  #grow(hog: FakeHog, ms: number): void {
    const { max } = this.limits;
    const room = Math.min(hog.target, max) - this.current;
    hog.touchedBytes += Math.max(0, Math.min(GROWTH_BYTES_PER_MS * ms, room));
    hog.rampMs += ms;
    if (this.current >= hog.target) hog.state = 'holding';
    else if (this.current >= max) {
      this.events.max += 1;
      this.events.oom += 1;
      this.events.oom_kill += 1;
      this.kill(hog.name);
      this.#onKill(hog);
    }
  }
}
