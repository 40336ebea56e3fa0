import type { Command } from 'commander';
import { DeclaredOption } from '../declared-option.js';

/** An option with the command that declares it. */
export interface Declaration {
  /** The first word of the command: settings of `image` count for all commands below it. */
  readonly section: string;
  /** In camel case. */
  readonly name: string;
  readonly option: DeclaredOption;
}

/** The program that a command belongs to. */
export const rootOf = (command: Command): Command => (command.parent ? rootOf(command.parent) : command);

/** The first word of a command, whose settings count for it. */
export function sectionOf(command: Command): string {
  const { parent } = command;
  return parent?.parent ? sectionOf(parent) : command.name();
}

/** The options of a command that can be set elsewhere: all but former names and those of libraries. */
export const settableOptions = (command: Command): DeclaredOption[] =>
  command.options.filter((option): option is DeclaredOption => option instanceof DeclaredOption);

const listed = new WeakMap<Command, readonly Declaration[]>();

/** Every option of every command of a program that can be set elsewhere. */
export function listDeclarations(program: Command): readonly Declaration[] {
  const before = listed.get(program);
  if (before) return before;
  const all = program.commands.flatMap((command) => declarationsBelow(command));
  listed.set(program, all);
  return all;
}

function declarationsBelow(command: Command): Declaration[] {
  const section = sectionOf(command);
  const own = settableOptions(command).map((option) => ({ section, name: option.attributeName(), option }));
  return [...own, ...command.commands.flatMap(declarationsBelow)];
}

/**
 * Whether one setting for all commands is possible: the option means one thing in all of them, but for those that say
 * theirs is an own one.
 */
export function isShared(name: string, declarations: readonly Declaration[]): boolean {
  const common = declarations.filter((each) => each.name === name && !each.option.rule.own);
  return new Set(common.map(({ option }) => valueSyntax(option))).size === 1;
}

/** `<file>`, `<name>`; of a switch nothing, of one that forbids `no`. */
export const valueSyntax = ({ flags, negate }: DeclaredOption): string =>
  /<.*>/.exec(flags)?.[0] ?? (negate ? 'no' : '');

/** The sections that an option can be set in, in the order of `--help`. */
export const sectionsWith = (name: string, declarations: readonly Declaration[]): string[] => [
  ...new Set(declarations.filter((each) => each.name === name).map(({ section }) => section)),
];
