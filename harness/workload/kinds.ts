import type { Bundle } from '../bundle/bundle.js';
import { nameOfServing } from '../bundle/manifest.js';
import { usageError } from '../core/errors.js';
import { dockerContainer } from './docker-container.js';
import { quadlet } from './quadlet.js';
import type { StandInChoices } from './stand-in.js';
import { findStandIn, STAND_INS, type StandIns } from './stand-ins.js';
import { systemdService } from './systemd-service.js';
import type { Workload, WorkloadKind } from './workload.js';

/** The kinds of workload that oomdrill knows. The first one that can serve a bundle is used. */
export const WORKLOAD_KINDS: readonly WorkloadKind[] = [dockerContainer, quadlet, systemdService];

/** The settings of its stand-in, and the tables to choose from; by default those of oomdrill. */
export interface WorkloadOptions extends StandInChoices {
  readonly kinds?: readonly WorkloadKind[] | undefined;
  readonly standIns?: StandIns | undefined;
}

/**
 * Creates the workload of a bundle.
 *
 * @param bundle at scale
 * @throws OomdrillError `WORKLOAD_UNKNOWN`, `STAND_IN_UNKNOWN`, and the errors of `resolveServingUnit`
 */
export function createWorkload(bundle: Bundle, options: WorkloadOptions): Workload {
  const { kinds = WORKLOAD_KINDS, standIns = STAND_INS, ...standInOptions } = options;
  const kind = kinds.find((each) => each.serves(bundle));
  if (kind) return kind.workload(bundle, findStandIn(bundle, standIns), standInOptions);
  throw usageError(
    'WORKLOAD_UNKNOWN',
    `bundle.json of ${bundle.name}: oomdrill has no kind of workload for ${nameOfServing(bundle.manifest)}.`,
    `Choose a unit of one of these kinds: ${kinds.map(({ name }) => name).join(', ')}.`,
  );
}
