import type { Clock } from '../core/clock.js';
import type { EntryOf } from '../record/schema.js';
import { type Probe, type ProbeAnswer, type ProbeTarget, toProbeAnswer } from '../workload/probe.js';
import type { Observer } from './observer.js';

export interface ProberOptions {
  readonly probe: Probe;
  readonly target: ProbeTarget;
  /** One question is sent every so many milliseconds, whether or not the earlier ones were answered. */
  readonly intervalMs: number;
  /** Where that changes: from one that was due at this time of the record to the next, milliseconds. */
  readonly intervalAfter?: (scheduledT: number) => number;
  /** A client's patience with one question, milliseconds. */
  readonly timeoutMs: number;
}

/** A question and what became of it. */
export type AskedQuestion = Omit<EntryOf<'probe'>, 'type'>;

/** The record's clock, and where each question goes once it has ended. */
export interface ProberContext {
  readonly clock: Clock;
  readonly write: (question: AskedQuestion) => void;
}

/**
 * So many questions may wait for an answer at once: twenty, as many connections as were seen waiting in the incident, or those of
 * one second where that is more, so that a server which takes that long for each answer is asked all of them. Requests that time out
 * leave their connection in the server's accept queue, and a server that goes on must work through all of those before it
 * answers any client: without a bound a long stall buries it under hundreds of ours, and the drill measures its own backlog.
 */
export const maxOpen = (intervalMs: number): number => Math.max(20, Math.ceil(1_000 / intervalMs));

/**
 * Asks a server for full answers on an open-model schedule: sends are due on the clock, so a stalled server is asked as
 * often as a healthy one, and latency counts from when a question was due (no coordinated omission). A send that is due while
 * as many questions wait as may is written down as `not-sent`. What is asked, and what counts as an answer, is the probe's affair.
 */
export function startProber(options: ProberOptions, { clock, write }: ProberContext): Observer {
  const { intervalMs, intervalAfter } = options;
  const most = maxOpen(intervalMs);
  const origin = clock.now();
  const open = new Set<AbortController>();
  let id = 0;
  let dueT = origin;
  let timer: NodeJS.Timeout;

  const send = () => {
    const probe = id++;
    const scheduledT = dueT;
    dueT = intervalAfter ? dueT + intervalAfter(dueT) : origin + id * intervalMs;
    const answered = ({ ok, status, error, said }: ProbeAnswer) =>
      write({ t: clock.now(), id: probe, scheduledT, ok, status, error, said });
    if (open.size < most) ask(options, open, answered);
    else answered({ ok: false, error: 'not-sent' });
  };
  const tick = () => {
    // After a stall of our own all sends that were due go out at once: each keeps its own due time.
    while (clock.now() >= dueT) send();
    timer = setTimeout(tick, Math.max(1, dueT - clock.now()));
  };
  tick();

  return {
    async stop() {
      clearTimeout(timer);
      for (const asked of open) asked.abort();
      open.clear();
      options.probe.close?.();
    },
  };
}

/** A probe that has to give up says what it has heard, if anything, within this time. Milliseconds. */
const LAST_WORDS_MS = 50;

/**
 * Asks one question, for as long as a client is patient. The answer is reported once, or not at all when the question was no
 * longer open by then.
 *
 * @param open the questions that wait, of which this one becomes one until it is over
 */
function ask(
  { probe, target, timeoutMs }: ProberOptions,
  open: Set<AbortController>,
  answered: (answer: ProbeAnswer) => void,
): void {
  const asked = new AbortController();
  const end = (answer: ProbeAnswer) => {
    clearTimeout(patience);
    if (open.delete(asked)) answered(answer);
  };
  let isLate = false;
  const endLate = (said?: string) => end({ ok: false, error: 'timeout', said });
  let patience = setTimeout(() => {
    isLate = true;
    asked.abort();
    patience = setTimeout(endLate, LAST_WORDS_MS);
  }, timeoutMs);
  open.add(asked);
  // A probe may come from anywhere: one that throws is one that had no answer.
  const answer = (async () => toAnswer(await probe.ask(target, asked.signal)))();
  answer.then(
    (given) => (isLate ? endLate(given.error === 'bad-answer' ? given.said : undefined) : end(given)),
    (thrown: unknown) => (isLate ? endLate() : end(toProbeAnswer(thrown))),
  );
}

/** What a probe gave, which no compiler may have read: anything else than an answer counts as a bad one. */
function toAnswer(given: ProbeAnswer | undefined): ProbeAnswer {
  if (typeof given?.ok !== 'boolean') return { ok: false, error: 'bad-answer' };
  return { ...given, said: typeof given.said === 'string' ? given.said : undefined };
}
