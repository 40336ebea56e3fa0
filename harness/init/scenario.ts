import { posix } from 'node:path';
import type { NewFile } from './new-file.js';
import { renderProperty, renderString } from './source.js';

/** The folder of the scenarios. */
export const SCENARIOS = 'drills';

/** What the first scenario claims, and of what. */
export interface FirstScenario {
  readonly name: string;
  /** Path of the bundle, relative to the folder. */
  readonly bundle: string;
  /** The unit that serves. */
  readonly unit: string;
  /** `mts` where files that end in `.ts` are CommonJS, which has no `await` at its top level. */
  readonly extension: 'ts' | 'mts';
}

/** The scenario that every unit with a limit must stand: a runaway is killed, and the server keeps answering. */
export function createScenarioFile({ name, bundle, unit, extension }: FirstScenario): NewFile {
  const hypothesis = `A runaway in ${unit} is killed, and the server answers.`;
  const lines = [
    'import { beyondMax, defineScenario, hog } from "oomdrill";',
    '',
    'export default await defineScenario(import.meta, {',
    renderProperty('hypothesis', renderString(hypothesis)),
    renderProperty('bundle', renderString(posix.relative(SCENARIOS, bundle))),
    '  injections: [hog({ target: beyondMax })],',
    '  expect: { outcomes: ["contained"], killed: "injections", sameServer: true },',
    '});',
    '',
  ];
  const others = ['ts', 'mts', 'js', 'mjs'].filter((other) => other !== extension);
  return {
    path: `${SCENARIOS}/${name}.${extension}`,
    rivals: others.map((other) => `${SCENARIOS}/${name}.${other}`),
    text: lines.join('\n'),
    does: 'a scenario: a runaway in the unit is killed, and the server answers',
  };
}
