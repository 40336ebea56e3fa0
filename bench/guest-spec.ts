import type { MachineSpec } from '../harness/machine/machine.js';

/** The guest of the bench and of the tests of faults: the incident's host of 24G at scale 1/8. */
export const GUEST_SPEC: MachineSpec = { guest: 'trixie', memoryBytes: 3 * 1024 ** 3, cpus: 2 };
