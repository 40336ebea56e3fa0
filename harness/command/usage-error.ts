import { anyOf } from '../core/any-of.js';
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

/** Commander's sentences that do not say what must be, and ours in their place. What is quoted in them is the user's own. */
const REPLACED: readonly (readonly [RegExp, (...quoted: readonly string[]) => string])[] = [
  [/^missing required argument '(.*)'$/, (name) => `The argument "${name}" must be given`],
  [/^required option '(.*)' not specified$/, (option) => `${longName(option)} must be given`],
  [/^option '(.*)' argument missing$/, (option) => `${longName(option)} must be given a value`],
  [
    /^command-argument value '(.*)' is invalid for argument '(.*)'\. Allowed choices are (.*)\.$/,
    (value, name, choices) => `The argument "${name}" must be ${anyOf(choices?.split(', ') ?? [])} (got ${value})`,
  ],
];

/** `--out` of `-o, --out <dir>`. */
const longName = (option = ''): string => /--[\w-]+/.exec(option)?.[0] ?? option;

/**
 * An error that commander found in the command line, as one of ours: one sentence, and a hint.
 *
 * @param message commander's, such as `error: unknown option '--jason'\n(Did you mean --json?)`
 * @param command the command as it was called, for the hint
 */
export function usageErrorOf(message: string, code: string | undefined, command: string): OomdrillError {
  const [, words = message, suggestion] =
    /^(?:error: )?([\s\S]*?)(?:\n\((Did you mean [^\n]*)\))?$/.exec(message) ?? [];
  const sentence = (replacedSentence(words) ?? words.replaceAll(/'([^']*)'/g, '"$1"'))
    .replace('. Expected ', ': expected ')
    .replace(/\.?$/, '.');
  return usageError(
    CODES[code ?? ''] ?? 'USAGE_INVALID',
    sentence.charAt(0).toUpperCase() + sentence.slice(1),
    suggestion ?? `Run \`${command} --help\`.`,
  );
}

function replacedSentence(words: string): string | undefined {
  for (const [commanders, ours] of REPLACED) {
    const [found, ...quoted] = commanders.exec(words) ?? [];
    if (found !== undefined) return ours(...quoted);
  }
  return undefined;
}
