/** Where a server is reached, and what it is asked for there. */
export interface ProbeTarget {
  readonly host: string;
  readonly port: number;
  /** What is asked for, in the probe's own words: of HTTP the path. */
  readonly path: string;
}

/** What came of one question. */
export interface ProbeAnswer {
  /** Whether it was a full answer, as a user of the server would take it for one. */
  readonly ok: boolean;
  /** The protocol's own number for the answer, where it has one. */
  readonly status?: number | undefined;
  /** Why it was no answer, in one word of the record: `bad-answer`, `closed`, `refused`, `reset`. */
  readonly error?: string | undefined;
}

/**
 * One way of asking a server for a full answer on its own path, as its users do. When it is asked, and for how long an answer is
 * waited for, is the prober's affair. It needs a network and no machine of ours.
 */
export interface Probe {
  /** By which a bundle names it. */
  readonly name: string;
  /**
   * Asks once, by a connection of its own, and releases whatever it holds when it is over or `signal` is aborted. May reject with
   * an error of the socket, which counts as no answer.
   */
  ask(target: ProbeTarget, signal: AbortSignal): Promise<ProbeAnswer>;
}

const ERRORS: Readonly<Record<string, string>> = { ECONNREFUSED: 'refused', ECONNRESET: 'reset' };

/** What a rejected question is to the record: no answer, and why, by the error's code. */
export function answerOfError(thrown: unknown): ProbeAnswer {
  const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : '';
  return { ok: false, error: ERRORS[code] ?? (code || 'closed') };
}
