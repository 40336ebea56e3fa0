import type { Bundle } from '../bundle/bundle.js';
import type { Scenario } from './scenario.js';

/**
 * A scenario and its bundle without the sidecars that are optional, as a borrowed host is drilled: nothing is started there that could
 * not be undone. Where none of the others is asked, a bound on how sidecars answer goes too.
 */
export function withoutOptionalSidecars(scenario: Scenario, bundle: Bundle): { scenario: Scenario; bundle: Bundle } {
  const sidecars = (bundle.manifest.sidecars ?? []).filter(({ optional }) => optional !== true);
  const { sidecarGapMs, ...expectAlone } = scenario.expect;
  const asked = sidecarGapMs !== undefined && sidecars.some(({ port }) => port !== undefined);
  return {
    scenario: { ...scenario, expect: asked ? scenario.expect : expectAlone },
    bundle: { ...bundle, manifest: { ...bundle.manifest, sidecars } },
  };
}
