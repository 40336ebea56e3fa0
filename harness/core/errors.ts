/**
 * The kind of an error decides the exit status of the command line: 64 for `usage`, a mistake in the caller's input; 2
 * for `machine`, a problem of the machine, the host or the network. A failed expectation is a verdict, never an error.
 */
export type ErrorKind = 'usage' | 'machine';

/** An error's code, kind, message, hint and cause. */
export interface ErrorFacts {
  /** Stable, for scripts: upper case words, such as `SCENARIO_UNKNOWN`. */
  readonly code: string;
  readonly kind: ErrorKind;
  /** One sentence: what went wrong, and where. */
  readonly message: string;
  /** One sentence: what to do about it. */
  readonly hint?: string | undefined;
  readonly cause?: unknown;
}

/** oomdrill's only error class. Any other error that reaches the command line is a bug of ours. */
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

  /** The part that programs read and records keep. */
  toJSON(): { code: string; message: string; hint: string | undefined } {
    return { code: this.code, message: this.message, hint: this.hint };
  }
}

/** An error in the caller's input. */
export function usageError(code: string, message: string, hint?: string, cause?: unknown): OomdrillError {
  return new OomdrillError({ code, kind: 'usage', message, hint, cause });
}

/** An error of the machine, the host or the network: the claim under test was neither confirmed nor refuted. */
export function machineError(code: string, message: string, hint?: string, cause?: unknown): OomdrillError {
  return new OomdrillError({ code, kind: 'machine', message, hint, cause });
}

/** What the kernel says of a disk, or the share of a user, that is full (errno(3)). */
const FULL: ReadonlySet<unknown> = new Set(['ENOSPC', 'EDQUOT']);

/**
 * Anything thrown as one of our errors: a full disk is an error of the machine wherever it is met.
 *
 * @returns undefined for what is none, which is a bug of ours
 */
export function asKnownError(thrown: unknown): OomdrillError | undefined {
  if (thrown instanceof OomdrillError) return thrown;
  if (!(thrown instanceof Error) || !('code' in thrown) || !FULL.has(thrown.code)) return undefined;
  const hint = 'Make room there; --out, TMPDIR, OOMDRILL_CACHE and OOMDRILL_STATE name other places.';
  return machineError('DISK_FULL', `The disk is full: ${messageOf(thrown)}.`, hint, thrown);
}

/** The first line of the message of anything thrown. */
export function messageOf(thrown: unknown): string {
  const message = wordsOf(thrown);
  return message.split('\n', 1)[0] ?? message;
}

function wordsOf(thrown: unknown): string {
  if (thrown instanceof Error) return thrown.message || thrown.name;
  if (typeof thrown !== 'object' || thrown === null) return String(thrown);
  try {
    return JSON.stringify(thrown);
  } catch {
    return Object.prototype.toString.call(thrown);
  }
}
