import type { MachineProvider } from '../../machine/provider.js';
import type { Probe } from '../../workload/probe.js';
import { givenTable } from '../given-table.js';
import { comparingMachineFlag } from '../machine-flag.js';
import { drillFlags, partFlags, submitFlag } from './shared.js';

/** Options of every command that drills one bundle by a campaign of its own. */
export const campaignFlags = (machines: readonly MachineProvider[], probes: readonly Probe[]) => {
  const { guest, ...course } = drillFlags;
  return {
    submit: submitFlag(),
    ...partFlags,
    guest,
    machine: comparingMachineFlag(machines),
    probes: givenTable(probes),
    ...course,
  };
};
