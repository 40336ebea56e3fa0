/** How often a wait in a guest says what it waits for, milliseconds. */
const SAID_EVERY_MS = 10_000;

/** Says of a wait, now and then, how it stands: the first time after one interval. */
export function saidNowAndThen(say: (line: string) => void, now: () => number): (words: () => string) => void {
  let due = now() + SAID_EVERY_MS;
  return (words) => {
    if (now() < due) return;
    due = now() + SAID_EVERY_MS;
    say(words());
  };
}
