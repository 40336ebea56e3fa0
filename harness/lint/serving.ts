import type { Tree } from '../bundle/tree.js';
import { suggestName } from '../core/edit-distance.js';
import { usageError } from '../core/errors.js';
import { quoteUnlessWord } from '../core/must.js';
import { parseUnitName } from '../systemd/unit-name.js';
import { UnitTable } from './unit-table.js';

/**
 * The units that the caller says are there to serve, each by its full name: `nginx` is nginx.service, as for
 * systemctl(1).
 *
 * @throws OomdrillError `LINT_SERVING` for what is not a service, and for one that none of the trees has
 */
export function findServing(trees: readonly Tree[], named: readonly string[]): readonly string[] {
  const tables = trees.map(({ entries }) => new UnitTable(entries));
  return named.map((given) => {
    const name = /\.[a-z]+$/.test(given) ? given : `${given}.service`;
    const parsed = parseUnitName(name);
    if (parsed?.type !== 'service')
      throw usageError(
        'LINT_SERVING',
        `--serving must be the name of a service (got ${quoteUnlessWord(given)}).`,
        NAME_HINT,
      );
    if (parsed.instance === '')
      throw usageError(
        'LINT_SERVING',
        `--serving ${name} is a template.`,
        `Name an instance of it, such as ${parsed.prefix}@blue.service.`,
      );
    requireUnit(tables, name);
    return name;
  });
}

const NAME_HINT = 'Write it as systemctl shows it, such as nginx.service or web@blue.service.';

function requireUnit(tables: readonly UnitTable[], name: string): void {
  const found = tables.map((table) => table.find('system', name));
  if (found.some(({ masked, unit }) => !masked && unit.files.length > 0)) return;
  if (found.some(({ masked }) => masked)) throw usageError('LINT_SERVING', `${name} is masked: it does not serve.`);
  const known = tables.flatMap((table) => table.list('system')).filter(({ type }) => type === 'service');
  const names = [...new Set(known.map((each) => each.name))];
  throw usageError(
    'LINT_SERVING',
    `There is no ${name} in what was read.`,
    suggestName(name, names, describeKnown(names)),
  );
}

/** At most so many services are named in a hint. */
const MAX_NAMED = 5;

function describeKnown(names: readonly string[]): string {
  if (names.length === 0)
    return 'Name a directory that holds its unit file or a drop-in of it: the root above /etc has the vendor units too.';
  const rest = names.length > MAX_NAMED ? ` and ${names.length - MAX_NAMED} more` : '';
  return `There are: ${names.slice(0, MAX_NAMED).join(', ')}${rest}.`;
}
