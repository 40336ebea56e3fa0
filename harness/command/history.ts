import { TREND_SCHEMA, trendSchema } from '../contract/history.js';
import { readBaseline } from '../history/baseline.js';
import { readNamedHistory } from '../history/file.js';
import { findSeries } from '../history/series.js';
import { findLastDrifts, findLastKernelChange } from '../history/watch.js';
import { renderHistory } from '../report/history.js';
import { conclude, documentOf } from './conclude.js';
import type { HistoryFlags } from './declaration/history.js';
import { noteMissingBaseline, pastOf } from './remember.js';

/** `oomdrill history`: how each scenario came out night by night. */
export async function executeHistory(names: readonly string[], flags: HistoryFlags): Promise<void> {
  await conclude(flags, async () => {
    const past = pastOf(flags);
    const read = await readNamedHistory(flags.history, past.history);
    const baseline = await readBaseline(past.baseline);
    noteMissingBaseline(flags);
    const series = findSeries(read.entries, names);
    const document = documentOf(trendSchema, {
      schema: TREND_SCHEMA,
      series: series.map((one) => ({
        ...one,
        accepted: baseline.accepted[one.name] ?? null,
        drifts: findLastDrifts(one, baseline),
        kernelChange: findLastKernelChange(one, baseline),
      })),
      gaps: read.entries.flatMap((entry) => (entry.type === 'gap' ? [entry] : [])),
      damagedLines: read.damaged,
    });
    return { document, text: renderHistory(series, read, baseline), exitCode: 0 };
  });
}
