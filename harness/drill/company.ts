import type { Bundle } from '../bundle/bundle.js';
import type { Scenario } from './scenario.js';

/**
 * A scenario and its bundle without the company that is not needed, as a borrowed host is drilled: nothing is started there that could
 * not be taken back. A bound on how that company answers goes with it.
 */
export function withoutCompany(scenario: Scenario, bundle: Bundle): { scenario: Scenario; bundle: Bundle } {
  const beside = (bundle.manifest.beside ?? []).filter(({ needed }) => needed !== false);
  const { besideGapMs, ...expectAlone } = scenario.expect;
  const asked = besideGapMs !== undefined && beside.some(({ port }) => port !== undefined);
  return {
    scenario: { ...scenario, expect: asked ? scenario.expect : expectAlone },
    bundle: { ...bundle, manifest: { ...bundle.manifest, beside } },
  };
}
