import type { Argument } from 'commander';
import { DeclaredArgument } from './declared-option.js';
import { addOptions } from './deprecated-option.js';
import { type CommandManual, DEFAULT_EXIT_STATUS, type DocumentedCommand } from './documented-command.js';
import type { FlagsOf, FlagTable } from './flag.js';
import type { BrokenConfig, Setting } from './settings/settings.js';
import type { Words } from './words.js';

/** The argument of a command, and what the command is handed of it. */
export interface CommandArgument<T> {
  readonly argument: Argument;
  /** Never set: the type of what commander hands over. */
  readonly value?: T;
}

/** One command of the table. What it handed to `defineCommand` is checked there, so that the table can hold all kinds. */
export interface CommandEntry {
  readonly name: string;
  /** Declares the command below another. */
  addTo(parent: DocumentedCommand): void;
}

/** What `--help` says of a command, and what carries it out. */
interface CommandDeclaration<A, F extends FlagTable> extends CommandManual {
  readonly name: string;
  /** One line: sentence case, no full stop. */
  readonly description: string;
  readonly argument?: CommandArgument<A>;
  readonly flags: F;
  /** What a configuration file is to it that cannot be used; an error unless this says otherwise. */
  readonly brokenConfig?: BrokenConfig;
  /** Imports what does the work, so that `--help` and other commands need not load it. */
  readonly run: (argument: A, flags: HandedFlags<F>) => Promise<void>;
}

/** The flags of a command, and where those came from that are not on the command line. */
export type HandedFlags<F extends FlagTable> = FlagsOf<F> & { readonly settings: readonly Setting[] };

/** Declares a command. The compiler checks its argument and flags against those that `run` hands on. */
export function defineCommand<A, F extends FlagTable>(declaration: CommandDeclaration<A, F>): CommandEntry {
  const { name, description, argument, flags, brokenConfig = 'refused', run, ...manual } = declaration;
  return {
    name,
    addTo(parent) {
      const command = parent.command(name).description(description);
      if (argument) command.addArgument(argument.argument);
      for (const [name, flag] of Object.entries(flags)) addOptions(command, flag.options(name));
      command.manual = { ...manual, exitStatus: { ...DEFAULT_EXIT_STATUS, ...manual.exitStatus } };
      command.fillIn = () => {
        const { applying, settings } = command.program;
        return (settings && applying?.applySettings(command, settings, brokenConfig)) ?? [];
      };
      command.action(() => {
        command.program.applying?.yieldToArgument(command);
        return run(command.processedArgs[0], readFlags(flags, command));
      });
    },
  };
}

function readFlags<F extends FlagTable>(flags: F, command: DocumentedCommand): HandedFlags<F> {
  const values = command.opts();
  const read = Object.entries(flags).map(([name, flag]) => [name, flag.read(values, name)]);
  return { ...(Object.fromEntries(read) as FlagsOf<F>), settings: command.inForce };
}

/** Declares a command that has commands of its own, and does nothing itself. */
export function defineGroup(
  name: string,
  description: string,
  commands: readonly CommandEntry[],
  manual: CommandManual = {},
): CommandEntry {
  return {
    name,
    addTo(parent) {
      const group = parent.command(name).description(description).helpCommand(false);
      group.manual = manual;
      for (const command of commands) command.addTo(group);
    },
  };
}

/** What commander hands over of an argument: `<file...>` are several, `[what]` may be missing. */
type ArgumentValue<Syntax extends string> = Syntax extends `${string}...${string}`
  ? readonly string[]
  : Syntax extends `<${string}>`
    ? string
    : string | undefined;

/**
 * The argument of a command, in commander's syntax: `<bundle>`, `[unit]`, `<record...>`, `[scenario...]`.
 *
 * @param excludes options, in camel case, that mean nothing next to it
 */
export function argument<Syntax extends string>(
  syntax: Syntax,
  description: string,
  words?: Words,
  excludes: readonly string[] = [],
): CommandArgument<ArgumentValue<Syntax>> {
  const declared = new DeclaredArgument(syntax, description);
  declared.words = words;
  declared.excludes = excludes;
  return { argument: declared };
}

/** An argument that stands for itself where none is given. */
export function argumentOr<T extends string | readonly string[]>(
  syntax: string,
  description: string,
  otherwise: T,
  words?: Words,
): CommandArgument<T extends string ? string : readonly string[]> {
  const declared = argument(syntax, description, words).argument.default(otherwise, [otherwise].flat().join(', '));
  return { argument: declared };
}
