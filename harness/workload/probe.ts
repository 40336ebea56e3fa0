/** The address of a server, and what a probe requests there. */
export interface ProbeTarget {
  readonly host: string;
  readonly port: number;
  /** What to request, for HTTP: the path. */
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
  /** What server or client said of it, in the words of the protocol, on one line and without secrets. */
  readonly said?: string | undefined;
}

/**
 * One way of requesting a full answer from a server on its own path, as its users do. The prober decides when to ask,
 * and how long to wait. A probe needs only a network, not a machine of oomdrill.
 */
export interface Probe {
  /** The name that a bundle uses. */
  readonly name: string;
  /**
   * Sends one request, and releases everything at the end or when `signal` is aborted, but what it keeps for the next
   * one. May reject with an error of the socket, which counts as no answer.
   */
  ask(target: ProbeTarget, signal: AbortSignal): Promise<ProbeAnswer>;
  /** Closes the connections that it keeps from one request to the next. */
  close?(): void;
}

const ERRORS: Readonly<Record<string, string>> = { ECONNREFUSED: 'refused', ECONNRESET: 'reset', EPIPE: 'reset' };

/** The message of an error that says no more than its keyword. */
export const CLOSED = 'closed';

/** More of what a server says is of no use. */
const MAX_SAID = 200;

/** Converts the error of a rejected request to a result: no answer, with the reason from the error's code. */
export function toProbeAnswer(thrown: unknown): ProbeAnswer {
  // What was aborted, by the prober itself.
  if (!(thrown instanceof Error) || /^(?:Abort|Timeout)Error$/.test(thrown.name)) return { ok: false, error: 'closed' };
  const code = 'code' in thrown ? String(thrown.code) : '';
  const plain = ERRORS[code];
  if (plain !== undefined) return { ok: false, error: plain };
  return { ok: false, error: code || 'closed', said: saidIn(thrown.message) };
}

/** The first line of what was said, as far as it is of use. */
export function saidIn(text: string): string | undefined {
  const [line = ''] = text.trim().split('\n');
  return line === '' || line === CLOSED ? undefined : line.slice(0, MAX_SAID);
}
