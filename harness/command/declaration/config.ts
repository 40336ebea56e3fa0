import { argument, defineCommand, type HandedFlags } from '../define.js';
import type { DocumentedCommand } from '../documented-command.js';
import type { Words } from '../words.js';
import { jsonFlag } from './shared.js';

const flags = { json: jsonFlag };

export type ConfigFlags = HandedFlags<typeof flags>;

/** @param program gives the command line that it tells of */
export const configCommand = (program: () => DocumentedCommand) => {
  const names: Words = () =>
    program()
      .createHelp()
      .visibleCommands(program())
      .map((command) => command.name());
  return defineCommand({
    name: 'config',
    description: 'Print which settings are in force, and where each of them is set',
    details: [
      'Options that are not on the command line come from the environment, then from oomdrill.config.ts (or .js, .mjs, .json) in the working directory or above it. docs/configuration.md explains the file.',
    ],
    argument: argument(
      '[command...]',
      'a command, all of whose options are printed, such as run or image build',
      names,
    ),
    flags,
    brokenConfig: 'reported',
    examples: [
      { does: 'What is not at its default', line: 'oomdrill config' },
      { does: 'All options of a command', line: 'oomdrill config run' },
    ],
    exitStatus: { 64: 'usage error, or the configuration file or a variable is wrong' },
    run: async (path, flags) => (await import('../config.js')).executeConfig(path, flags, program()),
  });
};
