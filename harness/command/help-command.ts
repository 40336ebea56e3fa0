import { DeclaredArgument } from './declared-option.js';
import { DocumentedCommand } from './documented-command.js';

/**
 * Adds `help [command...]` in the place of commander's own, which prints the help of the program for a name that it does
 * not know, and ignores every name after the first.
 */
export function addHelpCommand(oomdrill: DocumentedCommand): void {
  const names = new DeclaredArgument('[command...]', 'the command, such as run or image build');
  names.words = () => oomdrill.commands.map((command) => command.name());
  oomdrill
    .helpCommand(false)
    .command('help')
    .description('Print the help of a command')
    .addArgument(names)
    .action((path: readonly string[]) => commandAt(oomdrill, path).help());
}

/** @throws OomdrillError `COMMAND_UNKNOWN` */
export function commandAt(oomdrill: DocumentedCommand, path: readonly string[]): DocumentedCommand {
  return path.reduce((above, name) => {
    const found = above.commands.find((one) => one.name() === name);
    return found instanceof DocumentedCommand ? found : above.refuseCommand(name);
  }, oomdrill);
}
