import { acceptSchema } from '../contract/accept.js';
import { textOf } from '../core/printable-text.js';
import { acceptLastNights, changeBaseline, readBaseline } from '../history/baseline.js';
import { readNamedHistory } from '../history/file.js';
import { findSeries } from '../history/series.js';
import { conclude, documentOf } from './conclude.js';
import type { HistoryFlags } from './declaration/history.js';
import { pastOf } from './remember.js';

/** `oomdrill accept`: the last night's results are as they should be, and later ones are compared with them. */
export async function executeAccept(names: readonly string[], flags: HistoryFlags): Promise<void> {
  await conclude(flags, async () => {
    const { history, baseline: path } = pastOf(flags);
    // A broken one is said first.
    await readBaseline(path);
    const series = findSeries((await readNamedHistory(flags.history, history)).entries, names);
    const baseline = await changeBaseline(path, (before) => acceptLastNights(before, series, new Date().toISOString()));
    const text = textOf([...series.map(({ name }) => `accepted: ${name}`), `written to ${path}`]);
    const document = documentOf(acceptSchema, { baseline: path, ...baseline });
    return { document, text, exitCode: 0 };
  });
}
