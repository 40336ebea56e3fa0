/**
 * What kind of thing went wrong, which decides the exit status of the command line:
 * `usage` is the caller's words (64), `machine` is anything about the world (2).
 * A failed expectation is a verdict and never an error.
 */
export type ErrorKind = 'usage' | 'machine';

/** Facts of an error: one sentence, what to do about it, and what caused it. */
export interface ErrorFacts {
  /** Stable, for scripts: upper case words, such as `SCENARIO_UNKNOWN`. */
  readonly code: string;
  readonly kind: ErrorKind;
  /** One sentence that says what went wrong and where. */
  readonly message: string;
  /** What the reader can do about it. */
  readonly hint?: string;
  readonly cause?: unknown;
}

/** The one error class of oomdrill. Anything else that reaches the command line is a bug of ours. */
export class OomdrillError extends Error {
  override readonly name = 'OomdrillError';
  readonly code: string;
  readonly kind: ErrorKind;
  readonly hint: string | undefined;

  constructor(facts: ErrorFacts) {
    super(facts.message, facts.cause === undefined ? undefined : { cause: facts.cause });
    this.code = facts.code;
    this.kind = facts.kind;
    this.hint = facts.hint;
  }

  /** What of it is told to programs and kept in records. */
  toJSON(): { code: string; message: string; hint: string | undefined } {
    return { code: this.code, message: this.message, hint: this.hint };
  }
}

/** An error in what the caller asked for. */
export function usageError(code: string, message: string, hint?: string, cause?: unknown): OomdrillError {
  return new OomdrillError({ code, kind: 'usage', message, hint, cause });
}

/** An error of the machine, the host or the network: the claim under test was neither held nor refuted. */
export function machineError(code: string, message: string, hint?: string, cause?: unknown): OomdrillError {
  return new OomdrillError({ code, kind: 'machine', message, hint, cause });
}

/** The message of anything thrown, in one line. */
export function messageOf(thrown: unknown): string {
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return message.split('\n', 1)[0] ?? message;
}
