import { Gauge, type OpenMetricsContentType, type Registry } from 'prom-client';
import type { LatencyOfPhase } from '../verdict/summary.js';

type Labels = Readonly<Record<string, string | undefined>>;

/**
 * A classic histogram whose counts are known already: prom-client's own counts what it observes itself. A request that had no
 * answer is in the bucket `+Inf` alone and in the count, and adds nothing to the sum.
 */
export class LatencyMetric extends Gauge {
  readonly #name: string;
  readonly #values: { metricName: string; labels: Labels; value: number }[] = [];

  constructor(name: string, help: string, registry: Registry<OpenMetricsContentType>) {
    super({ name, help, registers: [registry] });
    this.#name = name;
  }

  add(labels: Labels, { requests, sumMs, buckets }: LatencyOfPhase): void {
    const sample = (suffix: string, value: number, more: Labels = {}) =>
      this.#values.push({ metricName: `${this.#name}_${suffix}`, labels: { ...labels, ...more }, value });
    for (const { withinMs, answered } of buckets) sample('bucket', answered, { le: formatBound(withinMs / 1000) });
    sample('bucket', requests, { le: '+Inf' });
    sample('sum', sumMs / 1000);
    sample('count', requests);
  }

  override async get(): ReturnType<Gauge['get']> {
    // Its registry writes the type as it is, which the package declares as a number.
    const type = 'histogram' as never;
    return { ...(await super.get()), type, values: this.#values };
  }
}

/** A whole number has a point: "Canonical Numbers" of OpenMetrics 1.0. */
const formatBound = (seconds: number): string => (Number.isInteger(seconds) ? seconds.toFixed(1) : String(seconds));
