import tab from '@bomb.sh/tab/commander';
import type { Command } from 'commander';
import { WordedArgument, WordedOption, type Words } from './words.js';

/**
 * Adds `completion <shell>`, which prints a script for bash, zsh, fish or PowerShell, and the hidden `complete`, which that
 * script asks at each Tab. Both go by the commands, arguments and options that `--help` shows.
 */
export function addCompletion(oomdrill: Command): void {
  const completions = tab(oomdrill, { completionCommandName: 'completion' });
  for (const [path, completed] of completions.commands) {
    const command = commandAt(oomdrill, path);
    for (const argument of command?.registeredArguments ?? []) {
      if (argument instanceof WordedArgument && argument.words)
        completed.argument(argument.name(), offering(argument.words), argument.variadic);
    }
    for (const option of command?.options ?? []) {
      const known = completed.options.get(option.long?.slice(2) ?? '');
      if (known && option instanceof WordedOption && option.words) known.handler = offering(option.words);
    }
  }
  commandAt(oomdrill, 'completion')?.description('print a script for Tab: bash, zsh, fish or powershell');
}

/** The command of a path such as `image build`. */
const commandAt = (oomdrill: Command, path: string): Command | undefined =>
  path
    .split(' ')
    .reduce<Command | undefined>((above, name) => above?.commands.find((one) => one.name() === name), oomdrill);

const offering = (words: Words) => (offer: (value: string, description: string) => void) => {
  for (const word of words()) offer(word, '');
};
