import type { Property } from './property.js';
import { bundleReaders } from './readers/bundle.js';
import { commandLineReaders } from './readers/command-line.js';
import { containerReaders } from './readers/containers.js';
import { coreReaders } from './readers/core.js';
import { evidenceReaders } from './readers/evidence.js';
import { fileReaders } from './readers/files.js';
import { kernelReaders } from './readers/kernel.js';
import { lintReaders } from './readers/lint.js';
import { logReaders } from './readers/log.js';
import { storedReaders } from './readers/stored.js';
import { systemdReaders } from './readers/systemd.js';
import { contractWriters } from './writers/contracts.js';
import { pageWriters } from './writers/page.js';
import { peopleWriters } from './writers/people.js';
import { reporterWriters } from './writers/reporters.js';
import { sentenceWriters } from './writers/sentences.js';
import { textWriters } from './writers/texts.js';

/** Every property. `covered.test.ts` checks that each reader and writer of the program has one. */
export const PROPERTIES: readonly Property[] = [
  ...coreReaders,
  ...systemdReaders,
  ...bundleReaders,
  ...evidenceReaders,
  ...kernelReaders,
  ...logReaders,
  ...storedReaders,
  ...containerReaders,
  ...lintReaders,
  ...commandLineReaders,
  ...fileReaders,
  ...reporterWriters,
  ...peopleWriters,
  ...pageWriters,
  ...contractWriters,
  ...textWriters,
  ...sentenceWriters,
];
