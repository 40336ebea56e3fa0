import { usageError } from '../../core/errors.js';
import { debian } from './debian.js';
import type { Distribution, DistributionSuite } from './distribution.js';

/** Every distribution that guests are made of; the first suite of the first is the guest that is meant where none is named. @public */
export const DISTRIBUTIONS: readonly [Distribution, ...Distribution[]] = [debian];

/** A guest that an image can be built for: a suite of a distribution. */
export interface Guest {
  /** As `--guest` takes it: the suite's name. */
  readonly name: string;
  readonly distribution: Distribution;
  readonly suite: DistributionSuite;
}

/** Every guest, in the order of the table. */
const guestsOf = (table: readonly Distribution[] = DISTRIBUTIONS): readonly Guest[] =>
  table.flatMap((distribution) => distribution.suites.map((suite) => ({ name: suite.name, distribution, suite })));

/** The names that `--guest` takes, the one that is meant where none is named first. */
export const guestNames = (table: readonly Distribution[] = DISTRIBUTIONS): readonly string[] =>
  guestsOf(table).map(({ name }) => name);

/** The guest that is meant where none is named. */
export const DEFAULT_GUEST: string = guestNames()[0] ?? '';

/** The guest of this name. @throws OomdrillError `GUEST_UNKNOWN` */
export function guestNamed(name: string, table: readonly Distribution[] = DISTRIBUTIONS): Guest {
  const found = guestsOf(table).find((guest) => guest.name === name);
  if (found) return found;
  throw usageError('GUEST_UNKNOWN', `There is no guest "${name}".`, `There are: ${guestNames(table).join(', ')}.`);
}

/**
 * A POSIX shell command that prints a line NAME=VERSION for each of the packages in "$@" that is installed, whichever distribution
 * it is run on: a host of the user's own may be of any.
 */
export const installedVersions = (table: readonly Distribution[] = DISTRIBUTIONS): string =>
  table.map((distribution) => distribution.installedVersions).join('; ');
