import type { Option } from 'commander';
import type { FlagValues, MachineProvider } from '../machine/provider.js';
import { canCompare, machineNames, machineOptions } from '../machine/providers.js';
import { withDeprecatedNames } from './deprecated-option.js';
import type { Flag } from './flag.js';
import { fileNames, WordedOption } from './words.js';

/** The kind of machine that was asked for, by name, and all options of the command for it to read its own. */
export interface AskedMachine {
  readonly name: string;
  readonly flags: FlagValues;
  /** Every kind that there is, those that the command does not offer as well. */
  readonly table: readonly MachineProvider[];
}

/** `--machine`, of a command that offers these kinds, and the options that only one of them has. The first is meant where none is named. */
function machineFlag(
  offered: readonly MachineProvider[],
  description: string,
  table: readonly MachineProvider[],
): Flag<AskedMachine> {
  const names = machineNames(offered);
  const kind = new WordedOption('--machine <kind>', description).default(names[0]);
  kind.words = () => names;
  const own = machineOptions(offered).flatMap(({ flags, description, deprecated }) => {
    const option = new WordedOption(flags, description);
    if (flags.endsWith('<file>')) option.words = fileNames;
    return withDeprecatedNames(option, deprecated);
  });
  return {
    options: (): readonly Option[] => [kind, ...own],
    read: (values) => ({ name: values.machine, flags: values, table }),
  };
}

/** Any kind of machine. */
export function anyMachineFlag(table: readonly MachineProvider[]): Flag<AskedMachine> {
  const phrases = table.map(({ phrase }) => phrase);
  // Not by Intl.ListFormat, whose first use costs every command 12 ms.
  const anyOf = [...phrases.slice(0, -1), `or ${phrases.at(-1)}`].join(', ');
  return machineFlag(table, `${machineNames(table).join(', ')}: ${anyOf}`, table);
}

/** The kinds of machine on which drills can be compared with each other. */
export function comparingMachineFlag(table: readonly MachineProvider[]): Flag<AskedMachine> {
  const fit = table.filter(({ capabilities }) => canCompare(capabilities));
  return machineFlag(fit, machineNames(fit).join(' or '), table);
}
