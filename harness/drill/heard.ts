import { formatDuration } from '../core/duration.js';
import type { EntryOf } from '../record/schema.js';

/** What was last heard of a server, as often as it came in a row. */
export interface Heard {
  readonly ok: boolean;
  readonly status: number | undefined;
  readonly error: string | undefined;
  /** What server or client said. */
  readonly said: string | undefined;
  /** When the first request of the row was due, milliseconds of the record. */
  readonly sinceT: number;
  readonly count: number;
}

/** What is heard with this request. One that was not sent says nothing of the server. */
export function hear(before: Heard | undefined, request: EntryOf<'probe'> | EntryOf<'sidecar'>): Heard | undefined {
  const { ok, status, error, said, scheduledT } = request;
  if (error === 'not-sent') return before;
  const isSame = before?.ok === ok && before.status === status && before.error === error && before.said === said;
  return isSame ? { ...before, count: before.count + 1 } : { ok, status, error, said, sinceT: scheduledT, count: 1 };
}

/**
 * In words, with how long it has been so: `404 for /, 31 s`, `refused, 12 s`, `certificate has expired, 40 s`.
 *
 * @param startedT since when it is asked
 */
export function describeHeard(heard: Heard | undefined, path: string, now: number, startedT: number): string {
  return `${answerInWords(heard, path)}, ${formatDuration(now - (heard?.sinceT ?? startedT))}`;
}

function answerInWords(heard: Heard | undefined, path: string): string {
  if (heard?.ok) return 'answers, but not yet steadily';
  if (heard?.said !== undefined) return heard.said;
  if (heard?.status !== undefined) return `${heard.status} for ${path}${heard.status === 200 ? ' without a body' : ''}`;
  const error = heard?.error ?? 'timeout';
  return ERROR_WORDS[error] ?? error;
}

const ERROR_WORDS: Readonly<Record<string, string | undefined>> = {
  timeout: 'no answer',
  closed: 'closed without an answer',
  'bad-answer': 'an answer that is not a full one',
};

/** Statuses of a server that is about to be ready, or of a proxy before it: too many requests, bad gateway, unavailable, gateway timeout. */
const NOT_YET: ReadonlySet<number> = new Set([429, 502, 503, 504]);

/** Application servers answer 404 for a moment before they have loaded what they serve. Milliseconds, and requests. */
const WRONG = { forMs: 10_000, times: 10 };

/**
 * What is said by those that are about to be ready: PostgreSQL (src/backend/utils/init/postinit.c, and tcop/backend_startup.c),
 * Redis (src/server.c, LOADING), the health protocol of gRPC.
 */
const SAID_NOT_YET =
  /starting up|not yet accepting|shutting down|in recovery|LOADING|NOT_SERVING|UNKNOWN|No connection established|terminated|closed|hang up/i;

/** Errors of the system, which pass, but for that of a program that is not there. */
const PASSES = /^E(?!NOENT$)[A-Z]+$/;

/** Whether a server answers wrongly and steadily: it will not become ready by waiting. @param stretch of the guest's pace */
export function isWrongForGood(heard: Heard | undefined, now: number, stretch: (ms: number) => number): boolean {
  if (heard === undefined || heard.ok || !isWrong(heard)) return false;
  return isSteady(heard, now, stretch);
}

/** How a port is heard that nothing listens at: by the kernel, or by what forwards it. */
const CLOSED: ReadonlySet<string | undefined> = new Set(['refused', 'reset', 'closed']);

/** Whether there is steadily no one at the port. @param stretch of the guest's pace */
export function isClosedForGood(heard: Heard | undefined, now: number, stretch: (ms: number) => number): boolean {
  if (heard === undefined || heard.said !== undefined || !CLOSED.has(heard.error)) return false;
  return isSteady(heard, now, stretch);
}

const isSteady = ({ count, sinceT }: Heard, now: number, stretch: (ms: number) => number): boolean =>
  count >= WRONG.times && now - sinceT >= stretch(WRONG.forMs);

function isWrong({ status, error = '', said }: Heard): boolean {
  if (said !== undefined) return !SAID_NOT_YET.test(said) && !PASSES.test(error);
  return status !== undefined && !NOT_YET.has(status);
}
