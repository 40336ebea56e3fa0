import { join } from 'node:path';
import type { Bundle } from '../bundle/bundle.js';
import { checkBundle } from '../bundle/check.js';
import { loadBundle } from '../bundle/load.js';
import { scaleBundle } from '../bundle/scale.js';
import { type ServingUnit, servingUnit } from '../bundle/serving.js';
import { type Bytes, parseBytes } from '../core/bytes.js';
import { resolveTarget } from '../inject/target.js';
import { chooseScale, chooseScaleFor } from './scale.js';
import type { Scenario } from './scenario.js';

/** A scenario brought together with its bundle, before any machine starts. */
export interface PlannedDrill {
  readonly scenario: Scenario;
  /** At scale. */
  readonly bundle: Bundle;
  readonly serving: ServingUnit;
  readonly scale: number;
  /** Where the hog is to come to rest, guest bytes; null for one that grows until it is stopped. */
  readonly targetBytes: Bytes | null;
  /** What is legal in the bundle but odd, in sentences. */
  readonly warnings: readonly string[];
}

/** Where the scenarios' bundles are, and what they must fit into. */
export interface PlanOptions {
  readonly bundlesDir: string;
  /** `auto` or a divisor, as the user wrote it. */
  readonly scale: string;
  /** Memory that is free on this host now, for a VM to be made; or all that a machine has which is there already. Bytes. */
  readonly room: { readonly availableBytes: Bytes } | { readonly machineBytes: Bytes };
}

/**
 * Loads and checks all that a scenario names, so that a mistake shows before a machine starts.
 *
 * @throws OomdrillError for a bad bundle, unit, target or scale
 */
export async function planDrill(scenario: Scenario, options: PlanOptions): Promise<PlannedDrill> {
  const real = await loadBundle(join(options.bundlesDir, scenario.bundle));
  const warnings = checkBundle(real);
  const hostMemory = parseBytes(real.manifest.host.memory);
  const { room } = options;
  const scale =
    'machineBytes' in room
      ? chooseScaleFor(options.scale, hostMemory, room.machineBytes)
      : chooseScale(options.scale, hostMemory, room.availableBytes);
  const bundle = scaleBundle(real, scale);
  const serving = servingUnit(bundle);
  return {
    ...{ scenario, bundle, serving, scale, warnings },
    targetBytes: resolveTarget(scenario.hog.target, serving.limits, scale),
  };
}
