import type { FakeCommand } from '../fake-commands.js';

/** A test's bomb forks all its processes within a second. */
const FORKS_PER_MS = 1;
const BOMB_PID = 801;

/**
 * The fake guest's answers to the commands of fork-bomb.ts: the bomb forks all its processes, which live until they are
 * killed. In a table they must come before the commands of a memory hog, whose patterns match the bomb's script too.
 */
export const FORK_BOMB_COMMANDS: readonly FakeCommand[] = [
  [
    /--unit=oomdrill-bomb-\S+\.service sh -c/,
    (guest, command) => {
      const [stateFile = '', , target] = command.slice(-3);
      const startMs = guest.monotonicMs;
      guest.files.set(stateFile, () => renderBombFile(guest.monotonicMs - startMs, Number(target)));
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

/** The bomb's state file, so many milliseconds after its start. */
function renderBombFile(ms: number, target: number): string {
  const value = Math.min(target, Math.floor(ms * FORKS_PER_MS));
  const state = value < target ? 'ramping' : 'holding';
  return JSON.stringify({ state, value, unit: 'processes', target, pid: BOMB_PID, task: 'S' });
}
