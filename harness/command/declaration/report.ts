import { argument, defineCommand } from '../define.js';
import { type FlagsOf, listFlag, switchFlag, valueFlag } from '../flag.js';
import { fileNames } from '../words.js';
import { jsonFlag } from './shared.js';

const HELP = `Examples:
  oomdrill report reports/*/*/record.jsonl -o report
  oomdrill report reports/2026-11-24T103617-AXnfaG/*/record.jsonl --png -o post-mortem
  oomdrill report reports/*/*/record.jsonl --map devvm.json

The file needs no network and no other file. A record that cannot be read is named in it.
Exit status: 0 all are in it, 2 one cannot be read, 64 none can be read (there is no report then), or bad usage.`;

const flags = {
  json: jsonFlag,
  out: valueFlag('<dir>', 'folder for report.html', { short: 'o', default: '.' }),
  map: listFlag('<file>', 'a map to be drawn, as map --json wrote it; may be repeated'),
  png: switchFlag("a picture of each drill's time line beside it; needs Chromium"),
};

export type ReportFlags = FlagsOf<typeof flags>;

export const reportCommand = defineCommand({
  name: 'report',
  description: 'a report of stored records as one HTML file, with charts of every drill',
  argument: argument('<record...>', 'record.jsonl files', fileNames),
  flags,
  help: HELP,
  run: async (paths, flags) => (await import('../report.js')).executeReport(paths, flags),
});
