import type { MachineSpec } from '../harness/machine/machine.js';

/** The incident's host of 24G at scale 1/8: the guest that benches and faults are tried on. */
export const GUEST_SPEC: MachineSpec = { guest: 'trixie', memoryBytes: 3 * 1024 ** 3, cpus: 2 };
