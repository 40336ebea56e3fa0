import { readdir, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { suggestName } from '../core/edit-distance.js';
import { messageOf, usageError } from '../core/errors.js';
import { quoteUnlessWord } from '../core/must.js';
import { scenarioError } from '../drill/declaration.js';
import { type Scenario, SUITES, type Suite } from '../drill/scenario.js';
import { loadDefaultExport, MODULE_FILE } from '../loader/load-module.js';
import { completeScenario } from './complete-scenario.js';

/** The folder of the scenarios that come with oomdrill: of their sources under tap, of the built files otherwise. */
export const scenariosDir = (): string => join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'scenarios');

/** Stands for that folder next to a user's own; a folder of this name is written with its path, `./oomdrill`. */
const SHIPPED_SCENARIOS = 'oomdrill';

/** What is in a folder of scenarios besides them. */
const OTHER_FILE = /^\.|\.(?:test|spec|d)\.[cm]?[jt]s$/;

/**
 * Loads all scenarios of these folders, or those that come with oomdrill, sorted by name.
 *
 * @throws OomdrillError `SCENARIO_INVALID`, `SCENARIO_FOLDER`, `SCENARIO_TWICE`, and those of `loadDefaultExport`
 */
export async function loadScenarios(dirs?: readonly string[]): Promise<Scenario[]> {
  const found = await loadFolders(dirs);
  return found.map(({ scenario }) => scenario).sort((a, b) => (a.name < b.name ? -1 : 1));
}

async function loadFolders(dirs: readonly string[] = [SHIPPED_SCENARIOS]): Promise<FoundScenario[]> {
  const files = (await Promise.all(dirs.map(listFolder))).flat();
  return eachOnce(await loadFiles(files));
}

/** Loads the scenarios of a suite; a larger suite contains the smaller ones. @throws OomdrillError `SUITE_UNKNOWN` */
export async function loadSuite(name: string, dirs?: readonly string[]): Promise<Scenario[]> {
  const suite = SUITES.find((suite) => suite === name);
  if (suite === undefined)
    throw usageError('SUITE_UNKNOWN', `There is no suite "${name}".`, `There are: ${SUITES.join(', ')}.`);
  const size = (suite: Suite) => SUITES.indexOf(suite);
  const scenarios = (await loadScenarios(dirs)).filter((scenario) => size(scenario.suite) <= size(suite));
  if (scenarios.length > 0) return scenarios;
  throw usageError(
    'SUITE_EMPTY',
    `No scenario in ${(dirs ?? []).join(', ')} belongs to the suite ${name}.`,
    'Name a larger suite with --suite, or scenarios.',
  );
}

/**
 * Loads the scenarios of these names, files and folders, in the given order.
 *
 * @param names a name of the folders' scenarios, or a path: one with a slash, or the name of a script
 * @param dirs folders that names are looked up in, in place of those that come with oomdrill
 * @throws OomdrillError `SCENARIO_UNKNOWN`, and those of `loadScenarios`
 */
export async function findScenarios(names: readonly string[], dirs?: readonly string[]): Promise<Scenario[]> {
  const known = names.every(isPath) ? [] : await loadFolders(dirs);
  const found: FoundScenario[] = [];
  for (const name of names) {
    if (isPath(name)) found.push(...(await loadPath(name)));
    else found.push(known.find(({ scenario }) => scenario.name === name) ?? (await throwUnknown(name, known, dirs)));
  }
  return eachOnce(found).map(({ scenario }) => scenario);
}

/** A scenario, and the file that it is of. */
interface FoundScenario {
  readonly file: string;
  readonly scenario: Scenario;
}

/** Each scenario once, however often its file was found. @throws OomdrillError `SCENARIO_TWICE`, with both files */
function eachOnce(found: readonly FoundScenario[]): FoundScenario[] {
  const byName = new Map<string, FoundScenario>();
  for (const { file, scenario } of found) {
    const other = byName.get(scenario.name);
    if (other === undefined) byName.set(scenario.name, { file, scenario });
    else if (resolve(other.file) !== resolve(file))
      throw usageError(
        'SCENARIO_TWICE',
        `Two scenarios are called ${scenario.name}: ${other.file} and ${file}.`,
        'Run one after the other, or rename one.',
      );
  }
  return [...byName.values()];
}

const isPath = (name: string): boolean => name.includes('/') || /^\.{1,2}$/.test(name) || MODULE_FILE.test(name);

async function loadPath(path: string): Promise<FoundScenario[]> {
  const found = await stat(path).catch((cause: unknown) => {
    const message = `There is no scenario at ${quoteUnlessWord(path)}.`;
    throw usageError(
      'SCENARIO_UNKNOWN',
      message,
      'Name a file, a directory of scenarios, or a name that `oomdrill list` prints.',
      cause,
    );
  });
  return found.isDirectory() ? loadFolders([path]) : loadFiles([path]);
}

/** @throws OomdrillError `SCENARIO_UNKNOWN` */
async function throwUnknown(
  name: string,
  known: readonly FoundScenario[],
  dirs: readonly string[] | undefined,
): Promise<never> {
  if ((await stat(name).catch(() => undefined))?.isDirectory())
    throw usageError(
      'SCENARIO_UNKNOWN',
      `There is no scenario ${quoteUnlessWord(name)}.`,
      `Its directory is ./${name}.`,
    );
  const where = dirs ? ` in ${dirs.join(', ')}` : '';
  const isOurs = dirs !== undefined && (await loadScenarios()).some((scenario) => scenario.name === name);
  const hint = isOurs
    ? `It comes with oomdrill: add --scenarios ${SHIPPED_SCENARIOS}.`
    : suggestName(
        name,
        known.map(({ scenario }) => scenario.name),
        '`oomdrill list` prints all names.',
      );
  throw usageError('SCENARIO_UNKNOWN', `There is no scenario ${quoteUnlessWord(name)}${where}.`, hint);
}

/** The files of scenarios in a folder. @throws OomdrillError `SCENARIO_FOLDER` */
async function listFolder(named: string): Promise<string[]> {
  const dir = named === SHIPPED_SCENARIOS ? scenariosDir() : named;
  const entries = await readdir(dir, { withFileTypes: true }).catch((cause: unknown) => {
    const message = `Could not read the scenarios in ${quoteUnlessWord(dir)}: ${messageOf(cause)}.`;
    throw usageError('SCENARIO_FOLDER', message, 'Name a directory that holds scenarios.', cause);
  });
  const names = entries.filter((entry) => !entry.isDirectory()).map(({ name }) => name);
  const files = names.filter((name) => MODULE_FILE.test(name) && !OTHER_FILE.test(name)).sort();
  if (files.length > 0) return files.map((name) => join(dir, name));
  throw usageError(
    'SCENARIO_FOLDER',
    `There is no scenario in ${quoteUnlessWord(dir)}.`,
    'A scenario is a file NAME.ts or NAME.js in it.',
  );
}

/** One after the other: what a file breaks while it is loaded is said of that file. */
async function loadFiles(files: readonly string[]): Promise<FoundScenario[]> {
  const loaded: FoundScenario[] = [];
  for (const file of files) loaded.push({ file, scenario: await loadScenario(file) });
  return loaded;
}

/** @throws OomdrillError `SCENARIO_INVALID`, and those of `loadDefaultExport` */
async function loadScenario(file: string): Promise<Scenario> {
  // Ours are loaded as this file is: the loader of the user's would load a second copy of the library with them.
  const isOurs = dirname(file) === scenariosDir();
  const exported = isOurs
    ? ((await import(pathToFileURL(file).href)) as { default?: unknown }).default
    : await loadDefaultExport(file);
  if (exported === undefined)
    throw scenarioError(
      `${file} exports no scenario.`,
      'A scenario is: export default await defineScenario(import.meta, { ... })',
    );
  return completeScenario(exported, file);
}
