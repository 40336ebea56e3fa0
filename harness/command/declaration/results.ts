import { COLUMN_NAMES } from '../../store/row.js';
import { defineCommand } from '../define.js';
import { type FlagsOf, listFlag, valueFlag } from '../flag.js';
import { fileNames } from '../words.js';
import { jsonFlag, pastOutFlag, storeFlag } from './shared.js';

const columnNames = () => COLUMN_NAMES;

const flags = {
  json: jsonFlag,
  csv: valueFlag('<file>', 'write the drills, or the groups, as CSV to this file; - for standard output'),
  store: storeFlag('(default: results.db in --out)'),
  out: pastOutFlag,
  add: listFlag(
    '<file>',
    'first add what is in this file: what a command wrote with --json, a history.jsonl, or another store; what the store has already is not added again',
    { words: fileNames },
  ),
  where: listFlag(
    '<column=value>',
    `only drills with this value, such as guest=trixie; the columns are ${COLUMN_NAMES.join(', ')}`,
  ),
  since: valueFlag('<time>', 'only drills that ended then or later, ISO 8601, such as 2026-11-01'),
  until: valueFlag('<time>', 'only drills that ended before that'),
  by: listFlag('<column>', 'count them by these columns, such as scenario,kernel, in place of a list', {
    words: columnNames,
  }),
  limit: valueFlag('<n>', 'list at most so many, from 1 to 1000000; --csv has all where this is not given', {}),
  offset: valueFlag('<n>', 'pass over so many of the newest', { default: '0' }),
};

export type ResultsFlags = FlagsOf<typeof flags>;

export const resultsCommand = defineCommand({
  name: 'results',
  description: 'Ask the store of results, which has every drill that was added to it',
  details: [
    'The store is one file, a database of SQLite. `oomdrill run` and `merge` add to it with --store; results, histories and other stores are added with --add.',
  ],
  flags,
  examples: [
    { does: 'A history taken over, and its last 50 drills', line: 'oomdrill results --add reports/history.jsonl' },
    { does: 'How each scenario ended on each kernel', line: 'oomdrill results --by scenario,kernel' },
    {
      does: 'What failed this month, for a spreadsheet',
      line: 'oomdrill results --where verdict=fail --since 2026-11-01 --csv failed.csv',
    },
  ],
  run: async (_, flags) => (await import('../results.js')).executeResults(flags),
});
