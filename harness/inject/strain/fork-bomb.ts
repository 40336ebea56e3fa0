import { declareStrain, type StrainInjection, type StrainShape, strainKind } from './kind.js';

/** Processes without end. */
export const FORK_BOMB = strainKind({
  name: 'fork-bomb',
  summary: 'Processes that sleep, as many as a limit of tasks lets be started, and each that it refuses tried anew.',
  words: { noun: 'bomb', verb: 'fork' },
  what: 'forks',
  does: (processes) => `forks to at most ${processes} processes`,
  describes: (processes) => `to at most ${processes} processes`,
  rampMs: (processes) => processes * 10,
});

/** Declares a fork bomb, such as `forkBomb({ processes: 2_000 })`: more of them are not started, also where nothing limits it. */
export const forkBomb = (shape: StrainShape): StrainInjection => declareStrain(FORK_BOMB, shape);
