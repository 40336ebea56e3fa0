import type { Study } from '../study/study.js';

/** Whether server and hog live on, and no killer ends what lies between them. */
export const isStuck = ({ memory, parties }: Study): boolean =>
  parties.firstKillT === null &&
  (memory.oomKills ?? 0) === 0 &&
  parties.serverAlive !== false &&
  parties.injections.every(({ isAlive }) => isAlive);

/** Whether the server lives on without a listening socket. */
export const isListenerLost = ({ parties: { after } }: Study): boolean => after?.listening === false;

/** The answers that did not come any more, as sentences. */
export function findMissingAnswers({ availability, parties: { session } }: Study): string[] {
  const missing: string[] = [];
  if (availability.isAsked && !availability.answersAtEnd)
    missing.push('The server did not answer at the end, long after the release.');
  if (session?.before === true && !session.after) missing.push("The client's session did not come back.");
  return missing;
}
