import { usageError } from '../core/errors.js';
import { httpProbe } from './http-probe.js';
import type { Probe } from './probe.js';

/** The ways of asking that oomdrill brings along; the first is the one of a bundle that names none. */
export const PROBES: readonly [Probe, ...Probe[]] = [httpProbe];

/**
 * The probe of this name.
 *
 * @param name as bundle.json has it; the first of the table where it says nothing
 * @throws OomdrillError `PROBE_UNKNOWN`
 */
export function probeNamed(name: string | undefined, probes: readonly [Probe, ...Probe[]] = PROBES): Probe {
  const found = name === undefined ? probes[0] : probes.find((probe) => probe.name === name);
  if (found) return found;
  const known = probes.map((probe) => probe.name).join(', ');
  throw usageError('PROBE_UNKNOWN', `There is no probe "${name}".`, `There are: ${known}.`);
}
