import type { Command, Option } from 'commander';
import { bold, definitions, heading, italic, listing, paragraph, sentence } from './asciidoc.js';
import { type CommandExample, DEFAULT_EXIT_STATUS, type Meanings, manualOf } from './documented-command.js';

/** What Asciidoctor is to make of the source. */
export const MAN_PAGE_OPTIONS = { backend: 'manpage', standalone: true } as const;

const SEE_ALSO =
  '`systemd.resource-control`(5), `systemd.service`(5), `systemd-oomd.service`(8), `earlyoom`(1), `cgroups`(7), `qemu-system-x86_64`(1)';

/** The man page of the program and all its commands, as AsciiDoc for Asciidoctor. It has what their `--help` has. */
export function manPageSource(program: Command, { version, date }: { version: string; date: string }): string {
  const name = program.name();
  const { details = [], examples = [], exitStatus = {}, environment = {}, files = {} } = manualOf(program);
  const purpose = program.description();
  return [
    `= ${name}(1)`,
    ':doctype: manpage',
    ':manmanual: User Commands',
    `:mansource: ${name} ${version}`,
    `:docdate: ${date}\n`,
    '== Name\n',
    `${name} - ${purpose.charAt(0).toLowerCase()}${purpose.slice(1)}\n`,
    heading(1, 'Synopsis'),
    `${bold(name)} ${italic('command')} [${italic('option')}...] [${italic('argument')}...]\n`,
    `${bold(name)} ${italic('command')} ${bold('--help')}\n`,
    heading(1, 'Description'),
    ...details.map(paragraph),
    heading(1, 'Options'),
    optionsOf(program, true),
    heading(1, 'Commands'),
    ...childrenOf(program).flatMap((child) => commandSections(child, `${name} ${child.name()}`)),
    heading(1, 'Exit status'),
    meanings(exitStatus),
    heading(1, 'Environment'),
    meanings(environment),
    heading(1, 'Files'),
    meanings(files),
    heading(1, 'Examples'),
    listing(linesOf(examples)),
    heading(1, 'See also'),
    `${sentence(SEE_ALSO)}\n`,
    paragraph('The manual is in docs/ where oomdrill is installed; docs/commands.md is this page.'),
  ].join('\n');
}

/** The date of a version, ISO 8601, so that the page of a version is always the same. @throws Error where it is not in the changelog */
export function releaseDate(changelog: string, version: string): string {
  const [, found, date] =
    [...changelog.matchAll(/^## \[([^\]]+)\] - (\d{4}-\d{2}-\d{2})$/gm)].find(([, one]) => one === version) ?? [];
  if (found === undefined || date === undefined) throw new Error(`CHANGELOG.md has no date of version ${version}`);
  return date;
}

/** A section of a command, or of each that it has. */
function commandSections(command: Command, path: string): string[] {
  const children = childrenOf(command);
  if (children.length > 0) return children.flatMap((child) => commandSections(child, `${path} ${child.name()}`));
  const { details = [], examples = [], outcomes = {}, exitStatus = {} } = manualOf(command);
  const own = Object.entries(exitStatus).filter(([status, meaning]) => meaning !== DEFAULT_EXIT_STATUS[Number(status)]);
  return [
    heading(2, usageOf(command, path)),
    paragraph(`${command.description()}.`),
    ...details.map(paragraph),
    argumentsOf(command),
    optionsOf(command, false),
    meanings(outcomes, 'Outcomes'),
    meanings(Object.fromEntries(own), 'Exit status'),
    listing(linesOf(examples), 'Examples'),
  ];
}

/** Commands that the help shows; what `help` prints stands in the page. */
const childrenOf = (command: Command): readonly Command[] =>
  command
    .createHelp()
    .visibleCommands(command)
    .filter((child) => child.name() !== 'help');

/** `oomdrill run [scenario...]`. */
function usageOf(command: Command, path: string): string {
  const words = command.registeredArguments.map((argument) => {
    const name = `${argument.name()}${argument.variadic ? '...' : ''}`;
    return argument.required ? name : `[${name}]`;
  });
  return [path, ...words].join(' ');
}

function argumentsOf(command: Command): string {
  const help = command.createHelp();
  return definitions(
    help
      .visibleArguments(command)
      .map((argument) => [italic(argument.name()), help.argumentDescription(argument)] as const),
  );
}

/** All options, those of a group below its heading. @param withHelp whether `--help` is among them, which every command has */
function optionsOf(command: Command, withHelp: boolean): string {
  const help = command.createHelp();
  const groups = new Map<string | undefined, [string, string][]>();
  for (const option of help.visibleOptions(command)) {
    if (option.long === '--help' && !withHelp) continue;
    const group = option.helpGroupHeading?.replace(/:$/, '');
    groups.set(group, [...(groups.get(group) ?? []), [termOf(option), help.optionDescription(option)]]);
  }
  return [...groups].map(([group, options]) => definitions(options, group)).join('\n');
}

/** `-o, --out dir`, its words in bold and its value in italics. */
function termOf({ flags }: Option): string {
  const words = flags
    .split(/[ ,]+/)
    .map((word) => (word.startsWith('-') ? bold(word) : italic(word.replace(/^<|>$/g, ''))));
  return words.join(' ').replaceAll(/\*\* \*\*/g, '**, **');
}

const meanings = (entries: Meanings, title?: string): string =>
  definitions(
    Object.entries(entries).map(([term, meaning]) => [bold(term), meaning]),
    title,
  );

const linesOf = (examples: readonly CommandExample[]): readonly string[] =>
  examples.flatMap(({ does, line }) => [`# ${does}`, ...line.split('\n')]);
