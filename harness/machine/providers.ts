import { usageError } from '../core/errors.js';
import { sshHost } from './host/provider.js';
import type { ChosenMachine, FlagValues, MachineCapabilities, MachineProvider } from './provider.js';
import { qemu } from './qemu/provider.js';
import { vagrant } from './vagrant/provider.js';

/** Every kind of machine; the first is the one that is meant where none is named. */
export const MACHINES: readonly MachineProvider[] = [qemu, vagrant, sshHost];

/** The kind of machine that is meant where none is named. */
export const DEFAULT_MACHINE = qemu.name;

export const machineNames = (table = MACHINES): readonly string[] => table.map(({ name }) => name);

/** The names of those that can do a thing, for help and hints: `qemu or vagrant`. */
export function machinesThat(can: (capabilities: MachineCapabilities) => boolean, table = MACHINES): string {
  return machineNames(table.filter(({ capabilities }) => can(capabilities))).join(' or ');
}

/** Drills that are compared with each other must all begin in the same clean state. */
export const canCompare = ({ snapshots }: MachineCapabilities): boolean => snapshots;

/**
 * The machine that the command line asks for.
 *
 * @param flags all options of the command, as commander gives them
 * @throws OomdrillError `MACHINE_UNKNOWN`, and what the kind says of its own options, or of those that it has not
 */
export function chooseMachine(name: string, flags: FlagValues = {}, table = MACHINES): ChosenMachine {
  const provider = machineNamed(name, table);
  for (const other of table) {
    const given = other.flags?.options.find((option) => flags[option.name] !== undefined);
    if (other !== provider && other.flags && given)
      throw other.flags.misplaced(name, /^--[\w-]+/.exec(given.flags)?.[0] ?? given.flags);
  }
  return provider.choose(flags);
}

/**
 * The same for a command whose drills are compared with each other.
 *
 * @param command its name, for the error
 * @throws OomdrillError `MACHINE_UNFIT` for a kind without snapshots
 */
export function chooseMachineFor(
  command: string,
  name: string,
  flags: FlagValues = {},
  table = MACHINES,
): ChosenMachine {
  const fit = table.filter(({ capabilities }) => canCompare(capabilities));
  if (!canCompare(machineNamed(name, table, fit).capabilities)) {
    const hint = `Use --machine ${machinesThat(canCompare, table)}.`;
    const why = 'its drills are compared with each other, and each must start in the same clean state';
    throw usageError('MACHINE_UNFIT', `${command} cannot use --machine ${name}: ${why}.`, hint);
  }
  return chooseMachine(name, flags, table);
}

/** @throws OomdrillError `MACHINE_UNKNOWN` */
function machineNamed(
  name: string,
  table: readonly MachineProvider[],
  /** Those that the command can use. */
  fit: readonly MachineProvider[] = table,
): MachineProvider {
  const found = table.find((provider) => provider.name === name);
  if (found) return found;
  const names = machineNames(fit).join(', ');
  throw usageError('MACHINE_UNKNOWN', `There is no kind of machine "${name}".`, `There are: ${names}.`);
}
