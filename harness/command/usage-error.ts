import { type OomdrillError, usageError } from '../core/errors.js';

/** Our codes for commander's, stable for scripts. */
const CODES: Readonly<Record<string, string>> = {
  'commander.unknownCommand': 'COMMAND_UNKNOWN',
  'commander.missingArgument': 'ARGUMENT_MISSING',
  'commander.invalidArgument': 'ARGUMENT_INVALID',
  'commander.excessArguments': 'ARGUMENTS_TOO_MANY',
  'commander.unknownOption': 'OPTION_UNKNOWN',
  'commander.missingMandatoryOptionValue': 'OPTION_MISSING',
  'commander.optionMissingArgument': 'OPTION_VALUE_MISSING',
  'commander.conflictingOption': 'OPTIONS_CONFLICT',
};

/**
 * An error that commander found in the command line, as one of ours: one sentence, and a hint.
 *
 * @param message commander's, such as `error: unknown option '--jason'\n(Did you mean --json?)`
 * @param command the command as it was called, for the hint
 */
export function usageErrorOf(message: string, code: string | undefined, command: string): OomdrillError {
  const [, words = message, suggestion] =
    /^(?:error: )?([\s\S]*?)(?:\n\((Did you mean [^\n]*)\))?$/.exec(message) ?? [];
  const sentence = words
    .replaceAll(/'([^']*)'/g, '"$1"')
    .replace('. Expected ', ': expected ')
    .replace('. Allowed choices are ', ': allowed are ')
    .replace(/\.?$/, '.');
  return usageError(
    CODES[code ?? ''] ?? 'USAGE_INVALID',
    sentence.charAt(0).toUpperCase() + sentence.slice(1),
    suggestion ?? `Run \`${command} --help\`.`,
  );
}
