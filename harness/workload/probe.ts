/** The address of a server, and what a probe requests there. */
export interface ProbeTarget {
  readonly host: string;
  readonly port: number;
  /** What to request, in the probe's own notation: for HTTP, the path. */
  readonly path: string;
}

/** The result of one request. */
export interface ProbeAnswer {
  /** Whether it was a full answer, as a user of the server would expect it. */
  readonly ok: boolean;
  /** The protocol's own status number, if it has one. */
  readonly status?: number | undefined;
  /** Why there was no full answer, as a keyword of the record: `bad-answer`, `closed`, `refused`, `reset`. */
  readonly error?: string | undefined;
}

/**
 * One way of requesting a full answer from a server on its own path, as its users do. The prober decides when to ask,
 * and how long to wait. A probe needs only a network, not a machine of oomdrill.
 */
export interface Probe {
  /** The name that a bundle uses. */
  readonly name: string;
  /**
   * Sends one request over its own connection, and releases everything at the end or when `signal` is aborted. May
   * reject with an error of the socket, which counts as no answer.
   */
  ask(target: ProbeTarget, signal: AbortSignal): Promise<ProbeAnswer>;
}

const ERRORS: Readonly<Record<string, string>> = { ECONNREFUSED: 'refused', ECONNRESET: 'reset' };

/** Converts the error of a rejected request to a result: no answer, with the reason from the error's code. */
export function toProbeAnswer(thrown: unknown): ProbeAnswer {
  const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : '';
  return { ok: false, error: ERRORS[code] ?? (code || 'closed') };
}
