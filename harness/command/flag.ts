import type { Option, OptionValues } from 'commander';
import { usageError } from '../core/errors.js';
import { DeclaredOption, type SettingRule } from './declared-option.js';
import { withDeprecatedNames } from './deprecated-option.js';
import { fileNames, type Words } from './words.js';

/** One option of the command line, or several that belong together, and what of them a command is handed. */
export interface Flag<T> {
  /** The options as commander declares them, for a flag of this name in camel case. */
  options(name: string): readonly Option[];
  /** What the command is handed, of all values that commander read. */
  read(values: OptionValues, name: string): T;
}

/** The flags of a command by their names in camel case, in the order in which `--help` shows them. */
export type FlagTable = Readonly<Record<string, Flag<unknown>>>;

/** What a command is handed of its flags: nothing else than it declares, as what it declares. */
export type FlagsOf<F extends FlagTable> = {
  readonly [Name in keyof F]: F[Name] extends Flag<infer T> ? T : never;
};

/** What any flag may have besides its name. */
interface FlagSettings {
  /** Former names with their dashes, such as `--old-name`: they work, are hidden, and name the new one on standard error. */
  readonly deprecated?: readonly string[];
  /** What holds where the environment or the configuration file sets it. */
  readonly rule?: SettingRule | undefined;
}

/** What a flag with a value may have as well. */
interface ValueFlagSettings extends FlagSettings {
  /** A letter for it, such as `o`. */
  readonly short?: string;
  /** What the value may be, for Tab. A value that is called `<file>` is a file without this. */
  readonly words?: Words | undefined;
}

/** A flag with a value, such as `--suite <name>`. */
export function valueFlag(value: string, description: string, settings?: ValueFlagSettings): Flag<string | undefined>;
export function valueFlag(
  value: string,
  description: string,
  settings: ValueFlagSettings & ({ readonly default: string } | { readonly required: true }),
): Flag<string>;
export function valueFlag(
  value: string,
  description: string,
  settings: ValueFlagSettings & { readonly default?: string; readonly required?: true } = {},
): Flag<string | undefined> {
  return {
    options: (name) => {
      const required = settings.required === true;
      const option = valueOption(name, value, required ? `required: ${description}` : description, settings);
      option.argParser((text) => refuseOption(name, text));
      if (settings.default !== undefined) option.default(settings.default);
      return withDeprecatedNames(option.makeOptionMandatory(required), settings.deprecated);
    },
    read: (values, name) => values[name],
  };
}

/** A flag that may be repeated, or given several values with commas between them. */
export function listFlag(
  value: string,
  description: string,
  settings: ValueFlagSettings = {},
): Flag<readonly string[] | undefined> {
  return {
    options: (name) => {
      const collect = (text: string, before: readonly string[] = []) => [
        ...before,
        ...refuseOption(name, text).split(','),
      ];
      const option = valueOption(name, value, description, settings);
      option.isList = true;
      return withDeprecatedNames(option.argParser(collect), settings.deprecated);
    },
    read: (values, name) => values[name],
  };
}

/** A flag without a value. */
export function switchFlag(description: string, settings: FlagSettings = {}): Flag<true | undefined> {
  return {
    options: (name) => withDeprecatedNames(plainOption(longName(name), description, settings), settings.deprecated),
    read: (values, name) => values[name],
  };
}

/** What is done unless `--no-...` forbids it. */
export function unlessNoFlag(description: string, settings: FlagSettings = {}): Flag<boolean> {
  return {
    options: (name) => {
      const option = plainOption(`--no-${kebabCase(name)}`, description, settings);
      return withDeprecatedNames(option, settings.deprecated);
    },
    read: (values, name) => values[name] !== false,
  };
}

function valueOption(
  name: string,
  value: string,
  description: string,
  { short, words, rule }: ValueFlagSettings,
): DeclaredOption {
  const long = `${longName(name)} ${value}`;
  const option = plainOption(short === undefined ? long : `-${short}, ${long}`, description, { rule });
  option.words = words ?? (value === '<file>' ? fileNames : undefined);
  return option;
}

function plainOption(flags: string, description: string, { rule = {} }: FlagSettings): DeclaredOption {
  const option = new DeclaredOption(flags, description);
  option.rule = rule;
  return option;
}

/**
 * The value of an option. Commander takes the word after the option whatever it is: `--map -o report` has no map.
 *
 * @throws OomdrillError `OPTION_VALUE_MISSING` where that word is an option itself
 */
function refuseOption(name: string, text: string): string {
  if (!/^--?[a-z]/i.test(text)) return text;
  const message = `${longName(name)} must be given a value that does not look like an option (got ${text}).`;
  throw usageError('OPTION_VALUE_MISSING', message, `Is the value missing? For a file of that name write ./${text}.`);
}

const longName = (name: string): string => `--${kebabCase(name)}`;
const kebabCase = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
