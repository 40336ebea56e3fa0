import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import t from 'tap';
import { program } from '../cli.js';
import { REPORTERS } from '../report/reporters.js';
import { runCommandLine, withOutputKept } from '../testing/command-line.js';
import { compose } from '../testing/record.js';
import { fakePrinter, fakeReporter } from '../testing/seams/fake-reporter.js';
import { summarize, summarizeRecord } from '../verdict/summarize.js';
import { addCompletion } from './completion.js';
import { writeReports } from './report-files.js';

const reporters = [...REPORTERS, fakeReporter, fakePrinter];
const JUDGING = ['run', 'judge', 'merge'];
const record = compose();
const lines = [JSON.stringify(record.header), ...record.entries.map((entry) => JSON.stringify(entry)), ''].join('\n');

function commandNamed(oomdrill: Command, name: string): Command {
  const found = oomdrill.commands.find((command) => command.name() === name);
  if (!found) throw new Error(`there is no command ${name}`);
  return found;
}

t.test('a reporter of the table has its option where drills are judged, and nowhere else', async (t) => {
  for (const command of program('0', { reporters }).commands) {
    const help = command.helpInformation();
    const shows = JUDGING.includes(command.name());
    t.equal(help.includes('--fake-lines <file>'), shows, command.name());
    t.equal(help.includes('--fake-words'), shows, command.name());
  }
  t.notMatch(commandNamed(program('0'), 'run').helpInformation(), 'fake');
});

t.test('Tab offers it, and files behind it', async (t) => {
  for (const name of JUDGING) {
    const oomdrill = program('0', { reporters });
    addCompletion(oomdrill);
    const press = async (...words: string[]) =>
      (await withOutputKept(() => oomdrill.parseAsync(['node', 'oomdrill', 'complete', '--', name, ...words]))).stdout;
    t.match(await press('--fake'), /^--fake-lines\b.*\n--fake-words\b/m);
    t.match(await press('--fake-lines', ''), /^package\.json\t/m);
  }
});

t.test('judge writes its file, and prints what was asked for', async (t) => {
  const dir = t.testdir({ 'record.jsonl': lines });
  const file = join(dir, 'lines');
  const judge = ['judge', join(dir, 'record.jsonl'), join(dir, 'none.jsonl')];
  const { stdout, exitCode } = await runCommandLine([...judge, '--fake-lines', file, '--fake-words'], { reporters });
  t.match(stdout, /^fake note: not read: .*none\.jsonl.*\nfake note: hint: .*\nfake words on 1 drill\n$/);
  t.equal(exitCode, 2);
  t.equal(readFileSync(file, 'utf8'), `${record.header.scenario.name}=pass\n`);
});

t.test('what prints excludes each other', async (t) => {
  const oomdrill = program('0', { reporters });
  const both = ['node', 'oomdrill', 'judge', 'record.jsonl', '--tap', '--fake-words'];
  await t.rejects(oomdrill.parseAsync(both), { code: 'OPTIONS_CONFLICT' });
});

t.test('a file that the environment names is added to', async (t) => {
  const file = join(t.testdir({ step: 'before\n' }), 'step');
  const summary = summarize([summarizeRecord(record, 'a')], record.header.host);
  await writeReports(summary, {}, { FAKE_LINES: file }, reporters);
  t.equal(readFileSync(file, 'utf8'), `before\n${record.header.scenario.name}=pass\n`);
});
