import type { Entry, EntryOf } from '../../record/schema.js';
import { entriesOfType, middleValue, watchedUntil } from '../../study/entries.js';
import { encodeColumn } from './column.js';
import type { AnswerData, Stretch } from './model.js';

/**
 * If two answers are this much farther apart than the requests, users notice it, and it counts as a silence even if
 * every request in between was answered.
 */
const MIN_SILENCE_MS = 1_000;

const ANSWERED = 'answered';

type Request = Pick<EntryOf<'probe'>, 't' | 'scheduledT' | 'ok' | 'error'>;

/** What clients saw of the serving unit and of each sidecar, and operators of the way in, where it was tried. */
export function collectAnswers(entries: readonly Entry[], servingUnit: string): AnswerData[] {
  const end = watchedUntil(entries);
  const sidecarProbes = entriesOfType(entries, 'sidecar');
  const logins = entriesOfType(entries, 'login');
  return [
    collectAnswersOf(servingUnit, entriesOfType(entries, 'probe'), end),
    ...[...new Set(sidecarProbes.map(({ unit }) => unit))].map((unit) =>
      collectAnswersOf(
        unit,
        sidecarProbes.filter((request) => request.unit === unit),
        end,
      ),
    ),
    ...(logins.length === 0 ? [] : [collectAnswersOf('logins by ssh', logins, end)]),
  ];
}

/** What the prober heard of the canary; null where the record has none. */
export function collectCanary(entries: readonly Entry[]): AnswerData | null {
  const requests = entriesOfType(entries, 'canary');
  return requests.length === 0 ? null : collectAnswersOf('the canary', requests, watchedUntil(entries));
}

function collectAnswersOf(unit: string, requests: readonly Request[], end: number): AnswerData {
  const due = requests.toSorted((a, b) => a.scheduledT - b.scheduledT);
  const fateOf = ({ ok, error }: Request) => (ok ? ANSWERED : (error ?? 'unanswered'));
  const fates = [...new Set([ANSWERED, ...due.map(fateOf)])];
  const column = (value: (request: Request) => number) => encodeColumn(due.map(value), 1);
  return {
    unit,
    dueT: column(({ scheduledT }) => scheduledT),
    endedT: column(({ t }) => t),
    fate: column((request) => fates.indexOf(fateOf(request))),
    fates,
    silences: findSilences(due, end),
  };
}

/**
 * Finds the time between two full answers wherever a request got no answer in it, or it is long. Before the first
 * answer, the first request counts instead; after the last one, the end of the watch: requests that are open then count
 * as never answered.
 *
 * @param due sorted by the time at which they were due
 */
function findSilences(due: readonly Request[], end: number): Stretch[] {
  const first = due[0]?.scheduledT;
  if (first === undefined) return [];
  const answers = due
    .filter(({ ok }) => ok)
    .map(({ t }) => t)
    .sort((a, b) => a - b);
  const failures = due.filter(({ ok }) => !ok).map(({ scheduledT }) => scheduledT);
  const edges = [first, ...answers, Math.max(end, answers.at(-1) ?? first)];
  const step =
    middleValue(due.slice(1).map(({ scheduledT }, index) => scheduledT - (due[index]?.scheduledT ?? 0))) ?? 0;
  let failed = 0;
  return edges.slice(1).flatMap((to, index): Stretch[] => {
    const from = edges[index] ?? to;
    const failedBefore = failed;
    while (failed < failures.length && (failures[failed] ?? 0) < to) failed++;
    return failed > failedBefore || to - from > step + MIN_SILENCE_MS ? [{ from, to }] : [];
  });
}
