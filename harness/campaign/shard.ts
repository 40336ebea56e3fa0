import { usageError } from '../core/errors.js';
import { mustError } from '../core/must.js';
import type { Scenario } from '../drill/scenario.js';
import type { Planned } from '../verdict/summary.js';

/** One of several parts of a suite. */
export interface ShardNumber {
  /** From 1. */
  readonly index: number;
  /** Number of parts. */
  readonly of: number;
}

const SHARD_HINT = 'The part is from 1 to the number of parts: 1/3, 2/3 and 3/3 together are the whole suite.';

/** Reads `2/3`. @throws OomdrillError `SHARD_INVALID` */
export function parseShard(text: string): ShardNumber {
  const [index = 0, of = 0] = (/^(\d+)\/(\d+)$/.exec(text)?.slice(1) ?? []).map(Number);
  if (index >= 1 && index <= of && Number.isSafeInteger(of)) return { index, of };
  throw mustError('SHARD_INVALID', '--shard', 'name a part and the number of parts, such as 1/3', text, SHARD_HINT);
}

/** The time of a drill besides its phases and ramps, measured without KVM: install, cold start, most recoveries. */
const AROUND_MS = 15_000;

/** Estimates the time of a drill, milliseconds, from its declaration alone, so that all shards get the same number. */
export function estimateMs({ phases, injections, repair }: Pick<Scenario, 'phases' | 'injections' | 'repair'>): number {
  const rampsMs = injections.reduce((sum, injection) => sum + injection.kind.expectedRampMs(injection), 0);
  return AROUND_MS + phases.baselineMs + rampsMs + phases.holdMs + (repair?.stayMs ?? 0);
}

/**
 * Selects the scenarios of a shard, in the suite's order. Each scenario, the longest first, goes to the shard with the
 * least work so far: the last shard takes at most a third longer than with the best split (R. L. Graham, "Bounds on
 * Multiprocessing Timing Anomalies", 1969). Every shard computes the same split by itself.
 *
 * @throws OomdrillError `SHARD_EMPTY`
 */
export function selectShard(scenarios: readonly Scenario[], { index, of }: ShardNumber): Scenario[] {
  // The shards beyond the number of scenarios get none.
  const loads = Array.from({ length: Math.min(of, scenarios.length) }, () => 0);
  const own = new Set<Scenario>();
  const longestFirst = scenarios.toSorted((a, b) => estimateMs(b) - estimateMs(a) || (a.name < b.name ? -1 : 1));
  for (const scenario of longestFirst) {
    const lightest = loads.indexOf(Math.min(...loads));
    loads[lightest] = (loads[lightest] ?? 0) + estimateMs(scenario);
    if (lightest === index - 1) own.add(scenario);
  }
  if (own.size > 0) return scenarios.filter((scenario) => own.has(scenario));
  const message = `Shard ${index}/${of} is empty: there are fewer scenarios (${scenarios.length}) than shards.`;
  throw usageError('SHARD_EMPTY', message, 'Split the suite into fewer shards.');
}

/** Describes a planned drill in the terms of its result. */
export function describePlannedDrill(
  { name, control, expect }: Scenario,
  on: Pick<Planned, 'guest' | 'machine' | 'scale'>,
): Planned {
  return { scenario: name, ...on, control, expected: [...expect.outcomes] };
}
