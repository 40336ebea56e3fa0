import { declareStrain, type StrainInjection, type StrainShape, strainKind } from './kind.js';

/** Processes that compute, and never wait. */
export const CPU_HOG = strainKind({
  name: 'cpu-hog',
  summary: 'Processes that compute all the time, and want every CPU that they can get.',
  words: { noun: 'CPU hog', verb: 'compute' },
  what: 'cpu',
  does: (processes) => `computes in ${processes} processes`,
  describes: (processes) => `in ${processes} processes`,
  rampMs: () => 2_000,
});

/** Declares a CPU hog, such as `cpuHog({ processes: 64 })`. */
export const cpuHog = (shape: StrainShape): StrainInjection => declareStrain(CPU_HOG, shape);
