import { usageError } from '../../core/errors.js';
import { isObject } from '../../core/format.js';
import type { DeclaredOption } from '../declared-option.js';
import { type Declaration, isShared, sectionsWith } from './declarations.js';
import type { Setting, Settings, Source } from './settings.js';

/** `memoryMax` as part of the name of a variable: `MEMORY_MAX`. */
const upperSnake = (name: string): string =>
  name
    .replace(/[A-Z]/g, (letter) => `_${letter}`)
    .replaceAll('-', '_')
    .toUpperCase();

/** The variable that sets an option, for one command or for all. */
export const variableOf = (name: string, section?: string): string =>
  `OOMDRILL_${section === undefined ? '' : `${upperSnake(section)}_`}${upperSnake(name)}`;

/**
 * The strongest setting of an option: of the environment for the command, then for all; of the file in the section of the
 * command, then at its top level.
 *
 * @throws OomdrillError `VARIABLE_AMBIGUOUS` for a variable that would set several things
 */
export function findSetting(
  option: DeclaredOption,
  section: string,
  { env, config }: Settings,
  declarations: readonly Declaration[],
): Setting | undefined {
  const name = option.attributeName();
  const shared = isShared(name, declarations);
  const isOwn = option.rule.own === true || !shared;
  if (!shared) refuseAmbiguous(name, env, declarations);
  const inSection = config?.values[section];
  const found: readonly [unknown, Source][] = [
    [env[variableOf(name, section)], { variable: variableOf(name, section) }],
    [isOwn ? undefined : env[variableOf(name)], { variable: variableOf(name) }],
    [isObject(inSection) ? inSection[name] : undefined, { file: config?.file ?? '', key: `${section}.${name}` }],
    [isOwn ? undefined : sharedValue(name, config?.values), { file: config?.file ?? '', key: name }],
  ];
  // An empty variable is one that is not set.
  const rank = found.findIndex(([raw, source]) => raw !== undefined && !('variable' in source && raw === ''));
  const [raw, source] = found[rank] ?? [];
  return source && { name, long: option.long ?? name, source, raw, rank };
}

/** A key of the file's top level; an object there is the section of a command of that name. */
function sharedValue(name: string, values: Readonly<Record<string, unknown>> | undefined): unknown {
  const value = values?.[name];
  return isObject(value) ? undefined : value;
}

function refuseAmbiguous(name: string, env: Settings['env'], declarations: readonly Declaration[]): void {
  const variable = variableOf(name);
  if (!env[variable]) return;
  const better = sectionsWith(name, declarations).map((section) => variableOf(name, section));
  throw usageError(
    'VARIABLE_AMBIGUOUS',
    `${variable} must name its command, because the option means something else in each.`,
    `Write ${better.join(', ')}.`,
  );
}
