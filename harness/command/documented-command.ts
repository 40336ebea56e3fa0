import {
  Command,
  type ErrorOptions,
  Help,
  type HelpContext,
  type ParseOptions,
  type ParseOptionsResult,
} from 'commander';
import { suggestName } from '../core/edit-distance.js';
import { usageError } from '../core/errors.js';
import type { Setting, Settings, SettingsReader } from './settings/settings.js';
import { usageErrorOf } from './usage-error.js';

/** A command line to copy, or several. */
export interface CommandExample {
  /** What it does, as the comment above it: sentence case, no full stop. */
  readonly does: string;
  /** A line each. */
  readonly line: string;
}

/** Terms, such as the names of environment variables, and what each means. */
export type Meanings = Readonly<Record<string, string>>;

/** What `--help` and the man page say of a command besides what commander knows of it. */
export interface CommandManual {
  /** Paragraphs between the first line and the options: what to know first. */
  readonly details?: readonly string[];
  readonly examples?: readonly CommandExample[];
  /** What each outcome means that the command may give. */
  readonly outcomes?: Meanings;
  /** When each exit status is given. */
  readonly exitStatus?: Readonly<Record<number, string>>;
  readonly environment?: Meanings;
  readonly files?: Meanings;
}

/** Exit statuses of a command that says nothing else of them; 64 is EX_USAGE of sysexits.h. */
export const DEFAULT_EXIT_STATUS: Readonly<Record<number, string>> = {
  0: 'success',
  2: 'an error of the machine or the network, or while a file was read or written',
  64: 'usage error: the command line is wrong, or a file that it names cannot be used; no machine was started',
};

/** A command with its manual, whose usage errors are our own. */
export class DocumentedCommand extends Command {
  manual: CommandManual = {};
  /** Of the program: where options get their values that are not on the command line. */
  settings: Settings | undefined;
  /** Of the program: what reads those settings, once a command line is parsed that asks for more than help. */
  applying: SettingsReader | undefined;
  /** Fills those options in, and says what it used. */
  fillIn: () => readonly Setting[] = () => [];
  /** What was filled in. */
  inForce: readonly Setting[] = [];

  /** Loads what reads the settings, if there are any: help can do without, and is to be quick. */
  override async parseAsync(argv: readonly string[] = process.argv, options?: ParseOptions): Promise<this> {
    if (this.settings && !argv.some(asksForHelp)) this.applying = await import('./settings/apply.js');
    return super.parseAsync(argv, options);
  }

  /** Fills in the options that were not given, before commander looks for those that are missing or exclude each other. */
  override parseOptions(argv: string[]): ParseOptionsResult {
    const parsed = super.parseOptions(argv);
    if (!parsed.unknown.some(asksForHelp)) this.inForce = this.fillIn();
    return parsed;
  }

  /** The program that the command belongs to. */
  get program(): DocumentedCommand {
    return this.parent instanceof DocumentedCommand ? this.parent.program : this;
  }

  override createCommand(name?: string): DocumentedCommand {
    return new DocumentedCommand(name);
  }

  override createHelp(): Help {
    return Object.assign(new ManualHelp(), this.configureHelp());
  }

  /** @throws OomdrillError in the place of commander's own, for the command line to report as it reports all others */
  override error(message: string, { code }: ErrorOptions = {}): never {
    const thrown = usageErrorOf(message, code, commandPath(this));
    throw this.program.applying?.nameSources(thrown, this.inForce) ?? thrown;
  }

  /** @throws OomdrillError `COMMAND_UNKNOWN` */
  refuseCommand(name: string): never {
    const names = this.commands.map((command) => command.name());
    const hint = suggestName(name, names, `Run \`${commandPath(this)} --help\`.`);
    throw usageError('COMMAND_UNKNOWN', `Unknown command "${name}".`, hint);
  }

  /** @throws OomdrillError `COMMAND_UNKNOWN` in the place of help about something else than the command line names */
  override outputHelp(context?: HelpContext | ((text: string) => string)): void {
    const [name] = this.args;
    const names = this.commands.map((command) => command.name());
    if (names.length > 0 && name !== undefined && !name.startsWith('-') && !names.includes(name))
      this.refuseCommand(name);
    super.outputHelp(context as HelpContext | undefined);
  }

  /** @throws OomdrillError `COMMAND_MISSING` after the help, where it is the answer to a command line without a command */
  override help(context?: HelpContext | ((text: string) => string)): never {
    if (typeof context !== 'object' || !context.error) return super.help(context as HelpContext | undefined);
    this.outputHelp(context);
    const path = commandPath(this);
    throw usageError('COMMAND_MISSING', `A command must be given after ${path}.`, `Run \`${path} --help\`.`);
  }
}

const asksForHelp = (word: string): boolean => word === '-h' || word === '--help';

/** The command as it is called: `oomdrill image build`. */
export function commandPath(command: Command): string {
  return command.parent ? `${commandPath(command.parent)} ${command.name()}` : command.name();
}

/** Characters of a term, above which all meanings of its section begin on lines of their own. */
const MAX_TERM_WIDTH = 24;

/** How far those lines are indented beyond the others. */
const MEANING_INDENT = 2;

/** Help with the sections of the manual. */
class ManualHelp extends Help {
  override commandDescription(command: Command): string {
    const paragraphs = [`${super.commandDescription(command)}.`, ...(manualOf(command).details ?? [])];
    return paragraphs.join('\n\n');
  }

  /** Every command has options; the list of commands need not say so. */
  override subcommandTerm(command: Command): string {
    return super.subcommandTerm(command).replace(' [options]', '');
  }

  override formatHelp(command: Command, helper: Help): string {
    const { examples = [], outcomes = {}, exitStatus = {}, environment = {}, files = {} } = manualOf(command);
    const lines = examples.flatMap(({ does, line }) => [`  # ${does}`, line.replaceAll(/^/gm, '  ')]);
    const sections = [
      ...helper.formatItemList('Examples:', lines, helper),
      ...this.meanings('Outcomes:', outcomes, helper),
      ...this.meanings('Exit status:', exitStatus, helper),
      ...this.meanings('Environment:', environment, helper),
      ...this.meanings('Files:', files, helper),
    ];
    return [super.formatHelp(command, helper), ...sections].join('\n');
  }

  private meanings(heading: string, meanings: Meanings, helper: Help): string[] {
    const entries = Object.entries(meanings);
    const width = Math.max(...entries.map(([term]) => term.length));
    const items = entries.flatMap(([term, meaning]) =>
      width > MAX_TERM_WIDTH
        ? [`  ${term}`, helper.formatItem('', MEANING_INDENT, meaning, helper)]
        : [helper.formatItem(term, width, meaning, helper)],
    );
    return helper.formatItemList(heading, items, helper);
  }
}

/** The manual of a command; an empty one of a command that another library made. */
export const manualOf = (command: Command): CommandManual =>
  command instanceof DocumentedCommand ? command.manual : {};
