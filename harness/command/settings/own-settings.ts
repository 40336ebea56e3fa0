import type { FoundConfig } from '../../config/load-config.js';
import { type OwnTables, readOwnTables } from '../../config/own-tables.js';
import { OomdrillError } from '../../core/errors.js';

/**
 * What a configuration file adds to our tables. A file with a wrong entry is like one that could not be read.
 *
 * @param options gives names, without dashes, that a reporter of the file must not have
 */
export async function withOwnTables(
  found: FoundConfig,
  options: () => readonly string[],
): Promise<FoundConfig & { readonly own?: OwnTables }> {
  const { file, config } = found;
  if (!config) return found;
  try {
    return { ...found, own: await readOwnTables(config, config.values.reporters === undefined ? [] : options()) };
  } catch (fault) {
    if (fault instanceof OomdrillError) return { file, fault };
    throw fault;
  }
}
