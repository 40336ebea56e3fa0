import { usageError } from '../core/errors.js';
import { httpProbe } from './http-probe.js';
import type { Probe } from './probe.js';

/** The probes of oomdrill; the first is the default of a bundle. */
export const PROBES: readonly [Probe, ...Probe[]] = [httpProbe];

/**
 * Finds a probe by name.
 *
 * @param name the name in bundle.json; if undefined, the first probe of the table
 * @throws OomdrillError `PROBE_UNKNOWN`
 */
export function findProbe(name: string | undefined, probes: readonly [Probe, ...Probe[]] = PROBES): Probe {
  const found = name === undefined ? probes[0] : probes.find((probe) => probe.name === name);
  if (found) return found;
  const known = probes.map((probe) => probe.name).join(', ');
  throw usageError('PROBE_UNKNOWN', `There is no probe "${name}".`, `There are: ${known}.`);
}
