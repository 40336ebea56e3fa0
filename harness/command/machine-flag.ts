import type { Option } from 'commander';
import type { FlagValues, MachineProvider } from '../machine/provider.js';
import { machineNames, machineOptions } from '../machine/providers.js';
import type { Flag } from './flag.js';
import { fileNames, WordedOption } from './words.js';

/** The kind of machine that was asked for, by name, and all options of the command for it to read its own. */
export interface AskedMachine {
  readonly name: string;
  readonly flags: FlagValues;
}

/** `--machine`, of a command that can drill on these kinds, and the options that only one of them has. The first is meant where none is named. */
export function machineFlag(table: readonly MachineProvider[], description: string): Flag<AskedMachine> {
  const names = machineNames(table);
  const kind = new WordedOption('--machine <kind>', description).default(names[0]);
  kind.words = () => names;
  const own = machineOptions(table).map(({ flags, description }) => {
    const option = new WordedOption(flags, description);
    if (flags.endsWith('<file>')) option.words = fileNames;
    return option;
  });
  return {
    options: (): readonly Option[] => [kind, ...own],
    read: (values) => ({ name: values.machine, flags: values }),
  };
}

/** Any kind of machine. */
export function anyMachineFlag(table: readonly MachineProvider[]): Flag<AskedMachine> {
  const phrases = new Intl.ListFormat('en', { type: 'disjunction' }).format(table.map(({ phrase }) => phrase));
  return machineFlag(table, `${machineNames(table).join(', ')}: ${phrases}`);
}
