import type { FakeCommand } from '../fake-commands.js';

/** The bomb of a test has forked within a second. */
const FORKS_PER_MS = 1;
const BOMB_PID = 801;

/**
 * What a fake guest answers to the commands of fork-bomb.ts: the bomb forks until all processes are there, and they live until they
 * are killed. Before those of a memory hog in a table: its script has words that they know too.
 */
export const FORK_BOMB_COMMANDS: readonly FakeCommand[] = [
  [
    /--unit=oomdrill-bomb-\S+\.service sh -c/,
    (guest, command) => {
      const [stateFile = '', , target] = command.slice(-3);
      const litMs = guest.monotonicMs;
      guest.files.set(stateFile, () => stateAfter(guest.monotonicMs - litMs, Number(target)));
      return '';
    },
  ],
  [
    /^systemctl kill --signal=KILL oomdrill-bomb-/,
    ({ files }, command) => {
      const name = /oomdrill-bomb-(.+)\.service$/.exec(command.at(-1) ?? '')?.[1];
      files.delete(`/run/oomdrill/bomb-${name}.state`);
      return '';
    },
  ],
];

/** What the bomb says of itself so long after it was lit. */
function stateAfter(ms: number, target: number): string {
  const value = Math.min(target, Math.floor(ms * FORKS_PER_MS));
  const state = value < target ? 'ramping' : 'holding';
  return JSON.stringify({ state, value, unit: 'processes', target, pid: BOMB_PID, task: 'S' });
}
