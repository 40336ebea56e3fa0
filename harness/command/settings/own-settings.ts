import type { FoundConfig } from '../../config/load-config.js';
import { NO_OWN_TABLES, type OwnTables, readOwnTables } from '../../config/own-tables.js';
import { OomdrillError } from '../../core/errors.js';

/**
 * What a configuration file adds to our tables. A file with a wrong entry is like one that could not be read.
 *
 * @param takenNames gives names that a reporter of the file must not have
 */
export async function withOwnTables(
  found: FoundConfig,
  takenNames: () => readonly string[],
): Promise<FoundConfig & { readonly own: OwnTables }> {
  const { file, config } = found;
  if (!config) return { ...found, own: NO_OWN_TABLES };
  try {
    return { ...found, own: await readOwnTables(config, config.values.reporters === undefined ? [] : takenNames()) };
  } catch (fault) {
    if (fault instanceof OomdrillError) return { file, fault, own: NO_OWN_TABLES };
    throw fault;
  }
}
