import type { Entry } from '../record/schema.js';

/** All entries of a drill since its injection began, with the server's last answer before it. */
export class StressHistory {
  #entries: Entry[] = [];
  #hasBegun = false;

  /** Bound, so that a recorder can call it. */
  readonly see = (entry: Entry): void => {
    if (entry.type === 'phase' && entry.name === 'injection') this.#hasBegun = true;
    else if (!this.#hasBegun && entry.type === 'probe' && entry.ok) this.#entries = [entry];
    else if (this.#hasBegun) this.#entries.push(entry);
  };

  /** They grow while the drill goes on. */
  get entries(): readonly Entry[] {
    return this.#entries;
  }
}
