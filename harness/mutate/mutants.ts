import { suggestName } from '../core/edit-distance.js';
import { usageError } from '../core/errors.js';
import { CONTAINER_MUTANTS } from './container.js';
import { CONTAINERS_MUTANTS } from './containers.js';
import { EARLYOOM_MUTANTS } from './earlyoom.js';
import type { Mutant } from './mutant.js';
import { PANES_MUTANTS } from './panes.js';
import { SERVING_MUTANTS } from './serving.js';
import { USERS_MUTANTS } from './users.js';

/** Every mutant, layer by layer. */
export const MUTANTS: readonly Mutant[] = [
  ...SERVING_MUTANTS,
  ...CONTAINER_MUTANTS,
  ...USERS_MUTANTS,
  ...PANES_MUTANTS,
  ...CONTAINERS_MUTANTS,
  ...EARLYOOM_MUTANTS,
];

/**
 * Finds mutants by name, in the order of the list; without names, all of them.
 *
 * @throws OomdrillError `MUTANT_UNKNOWN`
 */
export function findMutants(names: readonly string[]): readonly Mutant[] {
  const unknown = names.find((name) => !MUTANTS.some((mutant) => mutant.name === name));
  if (unknown === undefined) return MUTANTS.filter(({ name }) => names.length === 0 || names.includes(name));
  throw usageError(
    'MUTANT_UNKNOWN',
    `There is no mutant "${unknown}".`,
    suggestName(
      unknown,
      MUTANTS.map(({ name }) => name),
      'List them with `oomdrill mutate BUNDLE --list`.',
    ),
  );
}
