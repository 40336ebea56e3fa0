import { usageError } from '../core/errors.js';
import { mustError } from '../core/must.js';
import type { Scenario } from '../drill/scenario.js';
import type { Planned } from '../verdict/summary.js';

/** One of several parts that a suite is cut into, from 1. */
export interface ShardName {
  readonly index: number;
  readonly of: number;
}

/** Reads `2/3`. @throws OomdrillError `SHARD_INVALID` */
export function shardNamed(text: string): ShardName {
  const [index = 0, of = 0] = (/^(\d+)\/(\d+)$/.exec(text)?.slice(1) ?? []).map(Number);
  if (index >= 1 && index <= of) return { index, of };
  throw mustError('SHARD_INVALID', '--shard', 'name a part and the number of parts, such as 1/3', text);
}

/** What a drill takes besides its phases and ramps, as measured without KVM: install and cold start, most recoveries. */
const AROUND_MS = 15_000;

/** How long a drill is expected to take, milliseconds. By its declaration alone, so that every shard reckons alike. */
export function expectedMs({ phases, injections, repair }: Pick<Scenario, 'phases' | 'injections' | 'repair'>): number {
  const rampsMs = injections.reduce((sum, injection) => sum + injection.kind.expectedRampMs(injection), 0);
  return AROUND_MS + phases.baselineMs + rampsMs + phases.holdMs + (repair?.stayMs ?? 0);
}

/**
 * The scenarios of a shard, in the suite's order. Each scenario, the longest first, goes to the shard that has the least to do
 * so far: no shard ends later than by a third of what the best cut would (R. L. Graham, "Bounds on Multiprocessing Timing
 * Anomalies", 1969). Every shard comes to the same cut by itself.
 *
 * @throws OomdrillError `SHARD_EMPTY`
 */
export function shardOf(scenarios: readonly Scenario[], { index, of }: ShardName): Scenario[] {
  const loads = Array.from({ length: of }, () => 0);
  const own = new Set<Scenario>();
  const longestFirst = scenarios.toSorted((a, b) => expectedMs(b) - expectedMs(a) || (a.name < b.name ? -1 : 1));
  for (const scenario of longestFirst) {
    const least = loads.indexOf(Math.min(...loads));
    loads[least] = (loads[least] ?? 0) + expectedMs(scenario);
    if (least === index - 1) own.add(scenario);
  }
  if (own.size > 0) return scenarios.filter((scenario) => own.has(scenario));
  const message = `Shard ${index}/${of} has nothing to do: there are only ${scenarios.length} scenarios.`;
  throw usageError('SHARD_EMPTY', message, 'Cut the suite into fewer shards.');
}

/** What a drill of this scenario will be, as its results name it. */
export function plannedDrill(
  { name, control, expect }: Scenario,
  on: Pick<Planned, 'guest' | 'machine' | 'scale'>,
): Planned {
  return { scenario: name, ...on, control, expected: [...expect.outcomes] };
}
