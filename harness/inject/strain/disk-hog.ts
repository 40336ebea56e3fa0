import { declareStrain, type StrainInjection, type StrainShape, strainKind } from './kind.js';

/** Processes that read the disk past the page cache. */
export const DISK_HOG = strainKind({
  name: 'disk-hog',
  summary: "Processes that read the box's disk past the page cache, as fast as it gives; nothing is written.",
  words: { noun: 'disk hog', verb: 'read' },
  what: 'disk',
  does: (processes) => `reads the disk in ${processes} processes`,
  describes: (processes) => `the disk in ${processes} processes`,
  rampMs: () => 2_000,
});

/** Declares a disk hog, such as `diskHog({ processes: 16 })`: each process has one read under way. */
export const diskHog = (shape: StrainShape): StrainInjection => declareStrain(DISK_HOG, shape);
