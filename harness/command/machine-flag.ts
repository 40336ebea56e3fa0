import type { Option } from 'commander';
import { anyOf } from '../core/any-of.js';
import type { FlagValues, MachineProvider } from '../machine/provider.js';
import { canCompare, machineNames } from '../machine/providers.js';
import { DeclaredOption } from './declared-option.js';
import { withDeprecatedNames } from './deprecated-option.js';
import type { Flag } from './flag.js';
import { fileNames } from './words.js';

/** The kind of machine that was asked for, by name, and all options of the command for it to read its own. */
export interface AskedMachine {
  readonly name: string;
  readonly flags: FlagValues;
  /** Every kind that there is, those that the command does not offer as well. */
  readonly table: readonly MachineProvider[];
}

/** `--machine`, of a command that offers these kinds, and the options that only one of them has. The first is the default. */
function machineFlag(offered: readonly MachineProvider[], table: readonly MachineProvider[]): Flag<AskedMachine> {
  const names = machineNames(offered);
  const kinds = anyOf(offered.map(({ name, phrase }) => `${name} (${phrase})`));
  const kind = new DeclaredOption('--machine <kind>', `what to drill on: ${kinds}`).default(names[0]);
  kind.words = () => names;
  kind.rule = { excludes: (name) => optionsAgainst(name, table) };
  const own = offered.flatMap(ownOptions);
  return {
    options: () => [kind, ...own],
    read: (values) => ({ name: values.machine, flags: values, table }),
  };
}

/** The options that mean nothing with this kind of machine: those of other kinds, and what it cannot do. */
function optionsAgainst(kind: unknown, table: readonly MachineProvider[]): string[] {
  const against: string[] = [];
  for (const { name, flags, capabilities } of table) {
    if (name !== kind) against.push(...(flags?.options ?? []).map((option) => option.name));
    else {
      against.push(...(flags?.refused ?? []));
      if (!capabilities.parallel) against.push('jobs');
    }
  }
  return against;
}

/** The options of one kind, below a heading of their own. */
function ownOptions({ name, flags: declared }: MachineProvider): readonly Option[] {
  return (declared?.options ?? []).flatMap(({ flags, description, deprecated, own, commandLineOnly }) => {
    const option = new DeclaredOption(flags, description);
    option.rule = { own, commandLineOnly };
    option.helpGroup(`Options for --machine ${name}:`);
    if (flags.endsWith('<file>')) option.words = fileNames;
    return withDeprecatedNames(option, deprecated);
  });
}

/** Any kind of machine. */
export const anyMachineFlag = (table: readonly MachineProvider[]): Flag<AskedMachine> => machineFlag(table, table);

/** The kinds of machine on which drills can be compared with each other. */
export function comparingMachineFlag(table: readonly MachineProvider[]): Flag<AskedMachine> {
  const fit = table.filter(({ capabilities }) => canCompare(capabilities));
  return machineFlag(fit, table);
}
