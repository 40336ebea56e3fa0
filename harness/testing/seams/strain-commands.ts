import type { FakeCommand } from '../fake-commands.js';

/** A test's bomb forks all its processes within a second. */
const FORKS_PER_MS = 1;
const BOMB_PID = 801;

/**
 * The fake guest's answers to the commands of a strain (harness/inject/strain): all its processes are there soon, and live until they are
 * killed.
 */
export const STRAIN_COMMANDS: readonly FakeCommand[] = [
  [
    /oomdrill\/strain (?:cpu|disk|forks) --cgroup/,
    (guest, command) => {
      const option = (name: string) => command[command.indexOf(name) + 1] ?? '';
      const startMs = guest.monotonicMs;
      const count = Number(option('--count'));
      guest.files.set(option('--state'), () => renderState(guest.monotonicMs - startMs, count));
      return '';
    },
  ],
  [
    /^systemctl kill --signal=KILL oomdrill-strain-/,
    ({ files }, command) => {
      const name = /oomdrill-strain-(.+)\.service$/.exec(command.at(-1) ?? '')?.[1];
      files.delete(`/run/oomdrill/strain-${name}.state`);
      return '';
    },
  ],
];

/** The state file, so many milliseconds after the start. */
function renderState(ms: number, target: number): string {
  const value = Math.min(target, Math.floor(ms * FORKS_PER_MS));
  const state = value < target ? 'ramping' : 'holding';
  return JSON.stringify({ state, value, unit: 'processes', target, pid: BOMB_PID, task: 'S' });
}
