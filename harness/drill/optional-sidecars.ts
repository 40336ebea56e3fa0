import type { Bundle } from '../bundle/bundle.js';
import type { MachineCapabilities } from '../machine/provider.js';
import { UnitSearch } from '../systemd/unit-search.js';
import type { Scenario } from './scenario.js';

/**
 * A scenario and its bundle without those optional sidecars that a machine has not got. A borrowed host has none: nothing is
 * started there that could not be undone; an image of the user's own has those of which the bundle brings the unit. Where none of
 * those that stay is asked, a bound on how sidecars answer goes too.
 */
export function withoutOptionalSidecars(
  scenario: Scenario,
  bundle: Bundle,
  has: MachineCapabilities['sidecars'],
): { scenario: Scenario; bundle: Bundle } {
  if (has === 'all') return { scenario, bundle };
  const units = new UnitSearch(bundle.files, [], 'system');
  const isThere = (unit: string) => has === 'of the bundle' && units.find(unit).main !== undefined;
  const sidecars = (bundle.manifest.sidecars ?? []).filter(({ unit, optional }) => optional !== true || isThere(unit));
  const { sidecarGapMs, ...expectAlone } = scenario.expect;
  const asked = sidecarGapMs !== undefined && sidecars.some(({ port }) => port !== undefined);
  return {
    scenario: { ...scenario, expect: asked ? scenario.expect : expectAlone },
    bundle: { ...bundle, manifest: { ...bundle.manifest, sidecars } },
  };
}
