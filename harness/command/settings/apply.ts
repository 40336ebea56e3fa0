import type { Command } from 'commander';
import { messageOf, OomdrillError } from '../../core/errors.js';
import { checkConfig } from './check-config.js';
import { rootOf } from './declarations.js';
import { fillIn } from './fill-in.js';
import type { Setting, Settings } from './settings.js';
import { findUnknownVariables } from './unknown-variables.js';

/**
 * Applies the environment and the configuration file to a command, and warns about variables that mean nothing.
 *
 * @param needsConfig false of a command that helps to repair things: a broken file is then a warning
 * @throws OomdrillError that of a broken file, and those of `fillIn`
 */
export function applySettings(command: Command, settings: Settings, needsConfig: boolean): readonly Setting[] {
  for (const { name, hint } of findUnknownVariables(settings.env, rootOf(command)))
    warn(`${name} has no effect. ${hint}`);
  const { config, fault } = withCheckedConfig(settings, rootOf(command));
  if (fault) {
    if (needsConfig) throw fault;
    warn(`${messageOf(fault)} The file is ignored.`);
  }
  return fillIn(command, { ...settings, config });
}

/** The settings with a file whose keys are right, or else with its fault. */
export function withCheckedConfig(settings: Settings, program: Command): Settings {
  if (!settings.config) return settings;
  try {
    checkConfig(settings.config, program);
    return settings;
  } catch (thrown) {
    if (thrown instanceof OomdrillError) return { ...settings, config: undefined, fault: thrown };
    throw thrown;
  }
}

const warn = (what: string) => process.stderr.write(`oomdrill: warning: ${what}\n`);
