import type { Bundle } from '../bundle/bundle.js';
import { usageError } from '../core/errors.js';
import type { StandInOptions } from './stand-in.js';
import { STAND_INS, type StandIns, standInOf } from './stand-ins.js';
import { systemdService } from './systemd-service.js';
import type { Workload, WorkloadKind } from './workload.js';

/** The kinds of workload that oomdrill knows. The first that serves by a bundle is the bundle's. */
export const WORKLOAD_KINDS: readonly WorkloadKind[] = [systemdService];

/** What a workload is made with: how its stand-in is told to serve, and the tables; ours where none are given. */
export interface WorkloadOptions extends Omit<StandInOptions, 'weight'> {
  readonly kinds?: readonly WorkloadKind[] | undefined;
  readonly standIns?: StandIns | undefined;
}

/**
 * Who serves by a bundle.
 *
 * @param bundle at scale
 * @throws OomdrillError `WORKLOAD_UNKNOWN`, `STAND_IN_UNKNOWN`, and the errors of `resolveServingUnit`
 */
export function workloadOf(bundle: Bundle, options: WorkloadOptions): Workload {
  const { kinds = WORKLOAD_KINDS, standIns = STAND_INS, ...told } = options;
  const kind = kinds.find((each) => each.serves(bundle));
  if (kind) return kind.workload(bundle, standInOf(bundle, standIns), told);
  const { unit } = bundle.manifest.serving;
  throw usageError(
    'WORKLOAD_UNKNOWN',
    `bundle.json of ${bundle.name}: nothing that oomdrill can start serves as ${unit}.`,
    `There are: ${kinds.map(({ name }) => name).join(', ')}.`,
  );
}
