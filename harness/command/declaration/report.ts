import { argument, defineCommand } from '../define.js';
import { type FlagsOf, listFlag, switchFlag, valueFlag } from '../flag.js';
import { fileNames } from '../words.js';
import { jsonFlag } from './shared.js';

const flags = {
  json: jsonFlag,
  out: valueFlag('<dir>', 'directory for report.html', { short: 'o', default: '.', rule: { own: true } }),
  map: listFlag('<file>', 'draw this map, which `oomdrill map --json` wrote; may be repeated', { words: fileNames }),
  png: switchFlag("write a picture of each drill's time line as well; needs Chromium"),
};

export type ReportFlags = FlagsOf<typeof flags>;

export const reportCommand = defineCommand({
  name: 'report',
  description: 'Write one HTML file about stored records, with charts of every drill',
  details: ['The file needs no network and no other file. A record that cannot be read is named in it.'],
  argument: argument('<record...>', 'record.jsonl files that `oomdrill run` left', fileNames),
  flags,
  examples: [
    { does: 'All records', line: 'oomdrill report reports/*/*/record.jsonl -o report' },
    {
      does: 'One run, with pictures for a post-mortem',
      line: 'oomdrill report reports/2026-11-24T103617-AXnfaG/*/record.jsonl --png -o post-mortem',
    },
    { does: 'With a map', line: 'oomdrill report reports/*/*/record.jsonl --map devvm.json' },
  ],
  exitStatus: {
    0: 'the report holds every record',
    2: 'a record cannot be read, or there was another error',
    64: 'usage error, or none of the records can be read: there is no report',
  },
  run: async (paths, flags) => (await import('../report.js')).executeReport(paths, flags),
});
