import { MIB } from '../core/bytes.js';

/** Memory of the fake guest's server. */
const SERVER_BYTES = 200 * MIB;
/** Growth of a hog: it reaches any limit of a small guest within a second. */
const GROWTH_BYTES_PER_MS = 4 * MIB;

/** A hog: its arguments and its state. */
export interface FakeHog {
  readonly name: string;
  readonly comm: string;
  readonly pid: number;
  /** The value of memory.current at which it stops, bytes; infinite for growth without end. */
  target: number;
  /** Whether it sleeps at its target until it is woken. */
  sleeps: boolean;
  state: 'ramping' | 'asleep' | 'holding' | 'killed';
  touchedBytes: number;
  rampMs: number;
}

/** Limits in effect, bytes; `Infinity` for no limit. */
export interface FakeLimits {
  readonly high: number;
  readonly max: number;
}

/**
 * A simple model of a cgroup with a server and hogs: a hog grows to its target, or is killed when the cgroup reaches
 * memory.max; above memory.high all tasks stop. Reclaim, swap and page cache are not modelled: only real drills show
 * whether real limits contain a real hog.
 */
export class FakeCgroup {
  readonly limits: FakeLimits;
  readonly hogs: FakeHog[] = [];
  readonly events = { low: 0, high: 0, max: 0, oom: 0, oom_kill: 0 };
  /** PSI's total, `some` and `full` alike. */
  stalledMs = 0;
  readonly #onKill: (hog: FakeHog) => void;

  /** @param onKill called for each hog that the cgroup's limit kills */
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

  /** Advances the model's time. */
  advance(ms: number): void {
    for (const hog of this.hogs.filter(({ state }) => state === 'ramping')) this.#grow(hog, ms);
    if (!this.isThrottled) return;
    this.events.high += 1;
    this.stalledMs += ms;
  }

  /** Ends a hog as SIGKILL does. */
  kill(name: string): void {
    const hog = this.hogs.find((one) => one.name === name);
    if (hog) Object.assign(hog, { state: 'killed', touchedBytes: 0 });
  }

  /** Has a hog that sleeps grow on. */
  wake(name: string, target: number): void {
    const hog = this.hogs.find((one) => one.name === name && one.state === 'asleep');
    if (hog) Object.assign(hog, { state: 'ramping', sleeps: false, target });
  }

  #grow(hog: FakeHog, ms: number): void {
    const { max } = this.limits;
    const room = Math.min(hog.target, max) - this.current;
    hog.touchedBytes += Math.max(0, Math.min(GROWTH_BYTES_PER_MS * ms, room));
    hog.rampMs += ms;
    if (this.current >= hog.target) hog.state = hog.sleeps ? 'asleep' : 'holding';
    else if (this.current >= max) {
      this.events.max += 1;
      this.events.oom += 1;
      this.events.oom_kill += 1;
      this.kill(hog.name);
      this.#onKill(hog);
    }
  }
}
