import type { LoggedKill } from './logged-kill.js';
import { isNear } from './time.js';

/** The kills of a log in their order, each victim once. */
export class KillList {
  /** Undefined for one that was dropped. */
  readonly #kills: (LoggedKill | undefined)[] = [];
  readonly #lastByPid = new Map<number, number>();
  /** Where the kills of the current call of the OOM killer begin. */
  #start = 0;

  /** What is added from now on is of another call of the OOM killer. */
  beginCall(): void {
    this.#start = this.#kills.length;
  }

  /** Whether nothing was added since the current call began. */
  get isCallEmpty(): boolean {
    return this.#kills.length === this.#start;
  }

  /** Adds a kill, or what a further line shows of a known one. A PID may be used again, hours later. */
  add(kill: LoggedKill): void {
    const index = this.#lastByPid.get(kill.pid) ?? -1;
    const known = this.#kills[index];
    if (known && isNear(known.at, kill.at) && (index >= this.#start || known.comm === kill.comm)) {
      this.#kills[index] = { ...kill, ...known, isSeenDead: known.isSeenDead || kill.isSeenDead };
      return;
    }
    this.#lastByPid.set(kill.pid, this.#kills.length);
    this.#kills.push(kill);
  }

  /** Whether a process is among the kills, at about that time. */
  has(pid: number, at: string | undefined): boolean {
    const known = this.#kills[this.#lastByPid.get(pid) ?? -1];
    return known !== undefined && isNear(known.at, at);
  }

  /** Takes back the choice of a victim that was not killed. */
  drop(pid: number): void {
    const index = this.#lastByPid.get(pid) ?? -1;
    if (this.#kills[index]?.isSeenDead === false) this.#kills[index] = undefined;
  }

  list(): LoggedKill[] {
    return this.#kills.filter((kill) => kill !== undefined);
  }
}
