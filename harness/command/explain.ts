import { DIAGNOSIS_SCHEMA, diagnosisSchema } from '../contract/explain.js';
import { textOf } from '../core/printable-text.js';
import type { Diagnosis } from '../explain/conclusion.js';
import { diagnose } from '../explain/diagnose.js';
import { readEvidence } from '../explain/evidence.js';
import { chooseStyle, indent } from '../report/layout.js';
import { conclude, documentOf } from './conclude.js';
import type { ExplainFlags } from './declaration/explain.js';
import { describeUnread, unreadFacts } from './read-records.js';
import { readSavedFiles } from './saved-files.js';

/** `oomdrill explain`: what files show that were saved during an incident. A file that cannot be read hides no other, and makes the exit status 2. */
export async function executeExplain(paths: readonly string[], flags: ExplainFlags): Promise<void> {
  await conclude(flags, async () => {
    const files = await readSavedFiles(paths);
    const { unknown, ...evidence } = readEvidence(files.read);
    const unread = [...files.unread, ...unknown];
    const diagnosis = diagnose(evidence);
    const { columns } = chooseStyle(process.stdout, process.env);
    const lines = [...describeUnread(unread), wordOf(diagnosis), ...indent(detailsOf(diagnosis), columns)];
    const document = documentOf(diagnosisSchema, {
      schema: DIAGNOSIS_SCHEMA,
      ...diagnosis,
      unread: unreadFacts(unread),
    });
    return { document, text: textOf(lines), exitCode: unread.length > 0 ? 2 : 0 };
  });
}

function wordOf({ enough, outcomes }: Diagnosis): string {
  if (outcomes.length > 0) return outcomes.join(', or ');
  return enough ? 'no harm shows' : 'not enough to say';
}

function detailsOf({ reasons, next, scenario }: Diagnosis): string[] {
  const details = [...reasons, next];
  if (scenario !== null) details.push(`to reproduce it: oomdrill run ${scenario}`);
  return details;
}
