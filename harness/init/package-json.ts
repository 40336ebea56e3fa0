import { messageOf, usageError } from '../core/errors.js';
import { isObject, type JsonObject } from '../core/format.js';
import { parseJson } from '../core/json.js';

type Names = Readonly<Record<string, string>>;

/** What a package.json is to have. */
export interface PackageParts {
  /** Used where there is no package.json yet. */
  readonly name: string;
  readonly scripts: Names;
  readonly devDependencies: Names;
}

/** A package.json with what was added. */
export interface ExtendedPackage {
  readonly text: string;
  /** Names of scripts that are there already, with another value. */
  readonly conflicts: readonly string[];
  /** Where npm gets oomdrill from: a version, or a path as `file:../oomdrill-0.2.0.tgz`. */
  readonly oomdrill: string;
  /** Whether Node reads its files that end in `.js` and `.ts` as ECMAScript modules. */
  readonly isModule: boolean;
}

/** What `npm init` writes where there is no test. */
const NO_TEST = 'echo "Error: no test specified" && exit 1';

const DEPENDENCIES = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'];

/**
 * Adds scripts and dependencies to a package.json. What is there stays, in its order and indentation: a dependency in
 * its version, also among those of another kind.
 *
 * @param text undefined where there is none
 * @param path its path in messages
 * @throws OomdrillError `PACKAGE_INVALID`
 */
export function extendPackage(text: string | undefined, parts: PackageParts, path: string): ExtendedPackage {
  const old = text === undefined ? {} : parsePackage(text, path);
  const added: JsonObject = isMadeByInstall(old) ? { name: parts.name, private: true, type: 'module', ...old } : old;
  const scripts = readNames(added, 'scripts', path);
  const conflicts = Object.entries(parts.scripts)
    .filter(([name, line]) => ![undefined, line, NO_TEST].includes(scripts[name]))
    .map(([name]) => name);
  const there: Names = Object.assign({}, ...DEPENDENCIES.map((kind) => readNames(added, kind, path)));
  const missing = Object.entries(parts.devDependencies).filter(([name]) => there[name] === undefined);
  const extended: Record<string, unknown> = { ...added, scripts: { ...scripts, ...parts.scripts } };
  if (missing.length > 0)
    extended.devDependencies = { ...readNames(added, 'devDependencies', path), ...Object.fromEntries(missing) };
  const oomdrill = there.oomdrill ?? parts.devDependencies.oomdrill ?? '';
  return { text: renderLike(text, extended), conflicts, oomdrill, isModule: added.type === 'module' };
}

/** @throws OomdrillError `PACKAGE_INVALID` */
function parsePackage(text: string, path: string): JsonObject {
  const { value, fault } = parseJson(text);
  if (fault) throw invalid(`${path} must be JSON: ${messageOf(fault)}`, fault);
  if (!isObject(value)) throw invalid(`${path} must hold an object`);
  return value;
}

/** `npm install PACKAGE` in an empty folder makes a package.json with that alone; what `npm init` wrote has an owner. */
const isMadeByInstall = (old: JsonObject): boolean => Object.keys(old).every((key) => DEPENDENCIES.includes(key));

/** @throws OomdrillError `PACKAGE_INVALID` */
function readNames(owner: JsonObject, key: string, path: string): Names {
  const value = owner[key] ?? {};
  if (isObject(value) && Object.values(value).every((each) => typeof each === 'string')) return value as Names;
  throw invalid(`${path}: ${key} must be an object of strings`);
}

const invalid = (why: string, cause?: unknown) =>
  usageError('PACKAGE_INVALID', `${why}.`, 'Correct it, or name another directory.', cause);

/** JSON in the style of another text: its indentation, its line breaks, and the one at its end. */
function renderLike(text: string | undefined, value: JsonObject): string {
  const indent = /\n([ \t]+)"/.exec(text ?? '')?.[1] ?? '  ';
  const json = JSON.stringify(value, null, indent);
  const ended = text === undefined || text.slice(text.trimEnd().length).includes('\n') ? `${json}\n` : json;
  return text?.includes('\r\n') ? ended.replaceAll('\n', '\r\n') : ended;
}
