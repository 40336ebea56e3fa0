import { readdirSync } from 'node:fs';
import tab from '@bomb.sh/tab/commander';
import type { Command } from 'commander';
import { scenariosDir } from '../campaign/catalogue.js';
import { assets } from '../core/assets.js';
import { SUITES } from '../drill/scenario.js';
import { GUESTS, MACHINE_KINDS } from '../machine/machine.js';
import { MUTANTS } from '../mutate/mutants.js';

type Words = () => readonly string[];

/** By their files, which are named as they are: Tab does not wait until all of them are loaded. */
const scenarios: Words = () =>
  readdirSync(scenariosDir()).flatMap((file) => /^([^.]+)\.(?:js|ts)$/.exec(file)?.[1] ?? []);
const bundles: Words = () => readdirSync(assets.bundle());
const files: Words = () => readdirSync('.');

/** What the words of a command may be, by the argument's name. */
const ARGUMENTS: Readonly<Record<string, readonly [string, Words]>> = {
  run: ['scenario', scenarios],
  history: ['name', scenarios],
  accept: ['name', scenarios],
  map: ['bundle', bundles],
  mutate: ['bundle', bundles],
  judge: ['record', files],
  merge: ['file', files],
  explain: ['file', files],
};

/** What the value of an option may be, whichever command has it. */
const OPTIONS: Readonly<Record<string, Words>> = {
  suite: () => SUITES,
  guest: () => GUESTS,
  machine: () => MACHINE_KINDS,
  mutant: () => MUTANTS.map(({ name }) => name),
  json: files,
  junit: files,
  markdown: files,
  openmetrics: files,
  history: files,
  baseline: files,
};

/**
 * Adds `completion <shell>`, which prints a script for bash, zsh, fish or PowerShell, and the hidden `complete`, which that
 * script asks at each Tab. Both go by the commands and options that `--help` shows.
 */
export function addCompletion(oomdrill: Command): void {
  const completions = tab(oomdrill, { completionCommandName: 'completion' });
  for (const [name, command] of completions.commands) {
    const [argument, words] = ARGUMENTS[name] ?? [];
    if (argument && words) command.argument(argument, offering(words), true);
    for (const [name, words] of Object.entries(OPTIONS)) {
      const option = command.options.get(name);
      // A flag of that name takes no value.
      if (option && !option.isBoolean) option.handler = offering(words);
    }
  }
  oomdrill.commands
    .find((command) => command.name() === 'completion')
    ?.description('print a script for Tab: bash, zsh, fish or powershell');
}

const offering = (words: Words) => (offer: (value: string, description: string) => void) => {
  for (const word of words()) offer(word, '');
};
