import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { DIAGNOSIS_SCHEMA, diagnosisSchema } from '../contract/explain.js';
import { messageOf, OomdrillError, usageError } from '../core/errors.js';
import { textOf } from '../core/printable-text.js';
import { type Diagnosis, diagnose } from '../explain/diagnose.js';
import { readEvidence } from '../explain/evidence.js';
import { type Saved, USED_FILES } from '../explain/parts.js';
import { chooseStyle, indent } from '../report/layout.js';
import { conclude, documentOf } from './conclude.js';
import type { ExplainFlags } from './declaration/explain.js';

/** The path that stands for standard input. */
const STDIN = '-';

/** `oomdrill explain`: what files show that were saved during an incident. */
export async function executeExplain(paths: readonly string[], flags: ExplainFlags): Promise<void> {
  await conclude(flags, async () => {
    if (paths.filter((path) => path === STDIN).length > 1)
      throw usageError('EVIDENCE_MISSING', 'Standard input must be named once only.', 'Name one - at most.');
    const files = await Promise.all(paths.map(filesAt));
    const diagnosis = diagnose(readEvidence(files.flat()));
    const { columns } = chooseStyle(process.stdout, process.env);
    const lines = [wordOf(diagnosis), ...indent(detailsOf(diagnosis), columns)];
    const document = documentOf(diagnosisSchema, { schema: DIAGNOSIS_SCHEMA, ...diagnosis });
    return { document, text: textOf(lines), exitCode: 0 };
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

/** The file at a path, standard input for `-`, or of a folder the files of a cgroup. @throws OomdrillError `EVIDENCE_MISSING` */
async function filesAt(path: string): Promise<Saved[]> {
  try {
    if (path === STDIN) return [await savedFromStdin()];
    if (!(await stat(path)).isDirectory()) return [await saved(path)];
    const inside = (await readdir(path)).filter((name) => USED_FILES.has(name)).map((name) => join(path, name));
    if (inside.length > 0) return await Promise.all(inside.map((file) => saved(file)));
  } catch (cause) {
    if (cause instanceof OomdrillError) throw cause;
    throw missing(`Could not read ${path}: ${messageOf(cause)}.`, cause);
  }
  throw missing(`${path} must hold at least one of ${[...USED_FILES].join(', ')}.`);
}

/** @throws OomdrillError `EVIDENCE_MISSING` if nothing comes */
async function savedFromStdin(): Promise<Saved> {
  const input = await saved('/dev/stdin', STDIN);
  if (input.text.trim() === '') throw missing('Standard input is empty.');
  return input;
}

async function saved(path: string, name = path): Promise<Saved> {
  return { name, text: (await readFile(path, 'utf8')).replaceAll('\r\n', '\n') };
}

const missing = (message: string, cause?: unknown) =>
  usageError('EVIDENCE_MISSING', message, 'Name saved files, or the directory of a cgroup.', cause);
