import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { convert } from '@asciidoctor/core';
import type { Command } from 'commander';
import t from 'tap';
import { program } from '../cli.js';
import { assets } from '../core/assets.js';
import { readVersion } from '../core/version.js';
import { outcomeMeanings } from '../verdict/manual.js';
import { addCompletion } from './completion.js';
import { defineCommand } from './define.js';
import { DocumentedCommand } from './documented-command.js';
import { switchFlag, valueFlag } from './flag.js';
import { MAN_PAGE_OPTIONS, manPageSource, releaseDate } from './man-page.js';

const read = (name: string) => readFile(join(assets.root, name), 'utf8');

t.test('man/oomdrill.1 is what --help says', async (t) => {
  const oomdrill = program('0');
  addCompletion(oomdrill);
  const version = await readVersion();
  const date = releaseDate(await read('CHANGELOG.md'), version);
  const page = await convert(manPageSource(oomdrill, { version, date }), MAN_PAGE_OPTIONS);
  t.equal(await read('man/oomdrill.1'), `${page}\n`, 'npm run generate');
});

t.test('every command and every option is in the page, and no former name of one', async (t) => {
  const page = (await read('man/oomdrill.1')).replaceAll('\\-', '-');
  const look = (command: DocumentedCommand, path: string) => {
    const children = command.createHelp().visibleCommands(command);
    if (children.length === 0) t.match(page, `.SS "${path}`);
    for (const { long, hidden } of command.options) t.equal(page.includes(`${long}\\fP`), !hidden, `${path} ${long}`);
    for (const child of children) look(child as DocumentedCommand, `${path} ${child.name()}`);
  };
  const oomdrill = program('0');
  // `help` prints what the page has.
  for (const command of oomdrill.commands.filter((each) => each.name() !== 'help'))
    look(command as DocumentedCommand, `oomdrill ${command.name()}`);
});

t.test('run says what each outcome means, in the page and in --help', async (t) => {
  const page = (await read('man/oomdrill.1')).replaceAll('\\-', '-').replaceAll('\n', ' ');
  const run = program('0').commands.find((command) => command.name() === 'run');
  for (const [name, meaning] of Object.entries(outcomeMeanings())) {
    t.match(page, `\\fB${name}\\fP .RS 4 ${meaning}`);
    t.match(helpOf(run), new RegExp(`^  ${name} +${meaning.slice(0, 20)}`, 'm'));
  }
});

/** What `--help` prints of a command. */
function helpOf(command: Command | undefined): string {
  let text = '';
  command?.configureOutput({ writeOut: (part) => (text += part) }).outputHelp();
  return text;
}

t.test('words are words, whatever roff or AsciiDoc would make of them', async (t) => {
  const root = new DocumentedCommand('tool').description('Do it');
  const odd = 'back\\slash ]] {name} *star* __under__ <angle> a -- b http://localhost:80/ `code`';
  const flags = { all: switchFlag(odd), size: valueFlag('<n>', "'quote first", { short: 's' }) };
  const example = { does: 'Odd', line: "tool '.x' \\\n.y" };
  defineCommand({
    name: 'go',
    description: '.dot first',
    flags,
    examples: [example],
    run: async () => {},
  }).addTo(root);
  const page = await convert(manPageSource(root, { version: '1', date: '2026-07-02' }), MAN_PAGE_OPTIONS);
  t.match(page, '.TH "TOOL" "1" "2026-07-02" "tool 1" "User Commands"');
  t.match(page, '.SS "tool go"');
  t.match(page, '\nback\\(rsslash ]] {name} *star* __under__ <angle> a \\-\\- b http://localhost:80/ \\fBcode\\fP\n');
  t.match(page, '\n\\fB\\-s\\fP, \\fB\\-\\-size\\fP \\fIn\\fP\n');
  t.match(page, '\n\\*(Aqquote first\n');
  t.match(page, '\n\\&.dot first.\n');
  t.match(page, '\n# Odd\ntool \\*(Aq.x\\*(Aq \\(rs\n\\&.y\n');
});

t.test('the date of a page is that of its version', async (t) => {
  const changelog = '## [Unreleased]\n\n## [0.2.0] - 2026-11-26\n\n## [0.1.0] - 2026-07-02\n';
  t.equal(releaseDate(changelog, '0.2.0'), '2026-11-26');
  t.equal(releaseDate(changelog, '0.1.0'), '2026-07-02');
  t.throws(() => releaseDate(changelog, '0.3.0'), { message: 'CHANGELOG.md has no date of version 0.3.0' });
});

t.test('every variable of the environment that the harness reads is in the manual', async (t) => {
  const files = await readdir(join(assets.root, 'harness'), { recursive: true });
  const sources = files.filter((name) => name.endsWith('.ts') && !/\.test\.ts$|^testing\//.test(name));
  const texts = await Promise.all(sources.map((name) => read(join('harness', name))));
  const names = new Set(texts.flatMap((text) => text.match(/(?<=\benv\.)OOMDRILL_[A-Z]+/g) ?? []));
  t.ok(names.size > 3, `${names.size} variables`);
  const { environment = {} } = program('0').manual;
  t.same(
    [...names].filter((name) => environment[name] === undefined),
    [],
  );
});
