import tab from '@bomb.sh/tab/commander';
import type { Command } from 'commander';
import { printable } from '../core/printable.js';
import { formattedText } from '../core/printable-text.js';
import { print } from '../core/standard-streams.js';
import { DeclaredArgument, DeclaredOption } from './declared-option.js';
import { DEFAULT_EXIT_STATUS, DocumentedCommand } from './documented-command.js';
import type { Words } from './words.js';

/**
 * Adds `completion <shell>`, which prints a script for bash, zsh, fish or PowerShell, and the hidden `complete`, which that
 * script asks at each Tab. Both go by the commands, arguments and options that `--help` shows.
 */
export function addCompletion(oomdrill: Command): void {
  const completions = tab(oomdrill, { completionCommandName: 'completion' });
  const known = new Map<Words, readonly string[]>();
  const offerWords = (words: Words) => {
    known.set(words, []);
    return (offer: (value: string, description: string) => void) => {
      for (const word of known.get(words) ?? []) offer(word, '');
    };
  };
  for (const [path, completed] of completions.commands) {
    const command = commandAt(oomdrill, path);
    for (const argument of command?.registeredArguments ?? []) {
      if (argument instanceof DeclaredArgument && argument.words)
        completed.argument(argument.name(), offerWords(argument.words), argument.variadic);
    }
    for (const option of command?.options ?? []) {
      const offered = completed.options.get(option.long?.slice(2) ?? '');
      if (offered && option instanceof DeclaredOption && option.words) offered.handler = offerWords(option.words);
    }
  }
  // `complete` asks at once, and words take a while.
  oomdrill.hook('preAction', async (_, command) => {
    if (command.name() === 'complete') for (const words of known.keys()) known.set(words, await wordsOrNone(words));
    // The library prints its results by it.
    if (command.name().startsWith('complet')) console.log = (line: string) => print(formattedText(`${line}\n`));
  });
  describe(commandAt(oomdrill, 'completion'));
}

/** Says of the command what the library's own words leave out. */
function describe(completion: Command | undefined): void {
  if (!(completion instanceof DocumentedCommand)) return;
  completion.description('Print a script with which a shell completes commands, options and names at Tab');
  for (const argument of completion.registeredArguments) argument.description = 'the shell that reads the script';
  completion.manual = {
    examples: [
      { does: 'For this bash', line: '. <(oomdrill completion bash)' },
      {
        does: 'For every fish from now on',
        line: 'oomdrill completion fish > ~/.config/fish/completions/oomdrill.fish',
      },
    ],
    exitStatus: DEFAULT_EXIT_STATUS,
  };
}

/**
 * Words that cannot be found out are not offered: at a Tab there is no room for errors. Nor are names of files that are not
 * printable: a line break in one would offer two, and an escape sequence would act.
 */
async function wordsOrNone(words: Words): Promise<readonly string[]> {
  try {
    return (await words()).filter((word) => printable(word) === word);
  } catch {
    return [];
  }
}

/** The command of a path such as `image build`. */
const commandAt = (oomdrill: Command, path: string): Command | undefined =>
  path
    .split(' ')
    .reduce<Command | undefined>((above, name) => above?.commands.find((one) => one.name() === name), oomdrill);
