import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { DIAGNOSIS_SCHEMA, diagnosisSchema } from '../contract/explain.js';
import { MIB } from '../core/bytes.js';
import { messageOf, usageError } from '../core/errors.js';
import { STDIN } from '../core/file-chunks.js';
import { textOf } from '../core/printable-text.js';
import { readTextFile } from '../core/read-text-file.js';
import type { Diagnosis } from '../explain/conclusion.js';
import { diagnose } from '../explain/diagnose.js';
import { readEvidence } from '../explain/evidence.js';
import { type Saved, USED_FILES } from '../explain/parts.js';
import { chooseStyle, indent } from '../report/layout.js';
import { conclude, documentOf } from './conclude.js';
import type { ExplainFlags } from './declaration/explain.js';
import { describeUnread, tryEach, unreadFacts } from './read-records.js';

/** `oomdrill explain`: what files show that were saved during an incident. A file that cannot be read hides no other, and makes the exit status 2. */
export async function executeExplain(paths: readonly string[], flags: ExplainFlags): Promise<void> {
  await conclude(flags, async () => {
    if (paths.filter((path) => path === STDIN).length > 1)
      throw usageError('EVIDENCE_MISSING', 'Standard input must be named once only.', 'Name one - at most.');
    const files = await tryEach(paths, filesAt);
    const { unknown, ...evidence } = readEvidence(files.read.flat());
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

/** Kernel logs of months are smaller. */
const MAX_EVIDENCE_BYTES = 256 * MIB;

const HINT = 'Name saved files, or the directory of a cgroup.';

/** The file at a path, standard input for `-`, or of a folder the files of a cgroup. @throws OomdrillError `EVIDENCE_MISSING` */
async function filesAt(path: string): Promise<Saved[]> {
  const isFolder = path !== STDIN && (await stat(path).catch(() => undefined))?.isDirectory() === true;
  if (!isFolder) return [await readSaved(path)];
  const inside = await readdir(path).catch((cause: unknown) => {
    throw missing(`Could not read ${path}: ${messageOf(cause)}.`, cause);
  });
  const used = inside.filter((name) => USED_FILES.has(name)).map((name) => join(path, name));
  if (used.length === 0) throw missing(`${path} must hold at least one of ${[...USED_FILES].join(', ')}.`);
  return Promise.all(used.map(readSaved));
}

async function readSaved(path: string): Promise<Saved> {
  const text = await readTextFile(path, {
    code: 'EVIDENCE_MISSING',
    hint: HINT,
    limitBytes: MAX_EVIDENCE_BYTES,
    // A crash leaves NUL bytes in a log, and names of processes are not always UTF-8.
    lenient: true,
    stdin: true,
  });
  if (path === STDIN && text.trim() === '') throw missing('Standard input is empty.');
  return { name: path, text: text.replaceAll('\r\n', '\n') };
}

const missing = (message: string, cause?: unknown) => usageError('EVIDENCE_MISSING', message, HINT, cause);
