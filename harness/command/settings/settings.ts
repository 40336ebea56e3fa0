import type { Command } from 'commander';
import type { ConfigFile } from '../../config/load-config.js';
import type { OwnTables } from '../../config/own-tables.js';
import type { OomdrillError } from '../../core/errors.js';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Where options get their values that are not on the command line. */
export interface Settings {
  readonly env: Environment;
  /** The name of the configuration file, if there is one. */
  readonly file?: string | undefined;
  /** The file, if it could be read. */
  readonly config?: ConfigFile | undefined;
  /** Why the file that there is could not be read. */
  readonly fault?: OomdrillError | undefined;
  /** What the file adds to our tables. */
  readonly own?: OwnTables | undefined;
}

/** Nothing but the command line. */
export const NO_SETTINGS: Settings = { env: {} };

/** Where a value comes from that is not on the command line. */
export type Source =
  | { readonly variable: string }
  /** `key` with its section, such as `run.jobs`. */
  | { readonly file: string; readonly key: string };

/** As an error names it in the place of the option: `OOMDRILL_JOBS`, `oomdrill.config.ts: run.jobs`. */
export const labelOf = (source: Source): string =>
  'variable' in source ? source.variable : `${source.file}: ${source.key}`;

/** A value for an option that the command line does not give. */
export interface Setting {
  /** Of the option, in camel case. */
  readonly name: string;
  /** Of the option, with its dashes. */
  readonly long: string;
  readonly source: Source;
  /** As it is written there. */
  readonly raw: unknown;
  /** 0 is the strongest. */
  readonly rank: number;
  /** Why it does not count, where it does not: `it does not go with --machine qemu`. */
  readonly passedOver?: string | undefined;
}

/** A file that cannot be used is an error; or a warning, to a command that helps to repair things; or what the command tells of. */
export type BrokenConfig = 'refused' | 'warned' | 'reported';

/** What `apply.ts` has, to be loaded only where it is needed. */
export interface SettingsReader {
  applySettings(command: Command, settings: Settings, broken: BrokenConfig): readonly Setting[];
  yieldToArgument(command: Command): void;
  nameSources(thrown: unknown, settings: readonly Setting[]): unknown;
}
