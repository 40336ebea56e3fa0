import { Argument, Option } from 'commander';
import type { Words } from './words.js';

/** What holds of an option whose value comes from the environment or from the configuration file. */
export interface SettingRule {
  /** It means something else than the option of this name of other commands: only what is set for this very command counts. */
  readonly own?: boolean | undefined;
  /** It counts on the command line only; why, to follow "because". */
  readonly commandLineOnly?: string | undefined;
  /** The options, in camel case, that mean nothing next to this value: those of another kind of machine. */
  readonly excludes?: ((value: unknown) => readonly string[]) | undefined;
  /** The options, in camel case, of which only one can be given together with it. The stronger setting counts. */
  readonly alternatives?: readonly string[] | undefined;
  /** The option, in camel case, without which this one means nothing. */
  readonly needs?: string | undefined;
}

/** An option of our own declarations: what Tab offers for it, and what holds where it is set elsewhere. */
export class DeclaredOption extends Option {
  words: Words | undefined;
  /** Whether its value is a list of several. */
  isList = false;
  rule: SettingRule = {};
}

/** An argument of our own declarations. */
export class DeclaredArgument extends Argument {
  words: Words | undefined;
  /** The options, in camel case, that mean nothing next to it. One that is on the command line all the same is refused by the command. */
  excludes: readonly string[] = [];
}
