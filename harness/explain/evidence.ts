import { type PartialPressure, parsePartialPressure } from '../cgroup/pressure.js';
import { type OomdrillError, usageError } from '../core/errors.js';
import { baseName, guessCgroupFile, HOST_PRESSURE } from './cgroup-file.js';
import { type CgroupTree, groupByCgroup } from './cgroups.js';
import { divide } from './divide.js';
import { settleParts } from './doubles.js';
import { joinLogs, type KillLog, readKillLog, saysKill } from './kernel-log.js';
import { type Part, type Saved, splitText } from './parts.js';
import { hasLogLines, joinQuietLogs, looksLikeLog, type QuietLog, readQuietLog } from './quiet-log.js';
import { checkReadings, type Reading, totalsOf } from './readings.js';
import { readCgroup, USED_FILES } from './saved-cgroup.js';
import type { V1Evidence } from './v1.js';

/** The content of the saved files of one cgroup. Lists are readings, in the order of the files: at most two. */
export interface CgroupEvidence {
  /** Its path, as far as names say it. */
  readonly cgroup: string | undefined;
  /** Of the cgroup and all below it (Linux, Documentation/admin-guide/cgroup-v2.rst, memory.events). */
  readonly events: readonly Reading[];
  /** Of the cgroup without those below it. */
  readonly localEvents: readonly Reading[];
  readonly pressure: readonly PartialPressure[];
  readonly stat: readonly Reading[];
  /** Bytes, from the last reading; undefined if it was not saved. */
  readonly current: number | undefined;
  /** Bytes, from the first of two readings. */
  readonly currentBefore: number | undefined;
  /** Bytes; infinite for `max`. */
  readonly high: number | undefined;
  readonly max: number | undefined;
  /** memory.oom.group. */
  readonly oomGroup: boolean | undefined;
  /** The same of cgroup v1. */
  readonly v1: V1Evidence | undefined;
}

/** What was saved of a cgroup, and of what is around it. */
export interface SavedEvidence extends CgroupEvidence {
  /** The cgroups below it of which files were saved too. */
  readonly below: readonly CgroupEvidence[];
  /** What was saved of cgroups that are neither above nor below it, each with those below. */
  readonly others: readonly SavedEvidence[];
  /** PSI of the whole host. */
  readonly hostPressure: readonly PartialPressure[];
  readonly log: KillLog;
  /** What the logs show besides kills; undefined without a log. */
  readonly quiet: QuietLog | undefined;
  /** Known files that the diagnosis does not use. */
  readonly ignoredFiles: readonly string[];
  /** What could not be distinguished, in sentences. */
  readonly unclear: readonly string[];
}

/** What was read of saved files, and those that could not be recognized. */
interface ReadEvidence extends SavedEvidence {
  readonly unknown: readonly { readonly path: string; readonly error: OomdrillError }[];
}

/**
 * Reads saved files and sorts them by content: files of a cgroup, or a text that holds several of them
 * (`grep '' memory.*`, `tail -n +1`, `cat a b`, the transcript of a shell), and logs in any form.
 *
 * @throws OomdrillError `EVIDENCE_UNKNOWN` if nothing is one of these, `EVIDENCE_READINGS` for more than two readings of
 *   one file, `EVIDENCE_ORDER` for a counter that falls from the first to the second, `EVIDENCE_CGROUPS` for several
 *   folders that may hold cgroups, or several readings of one
 */
export function readEvidence(files: readonly Saved[]): ReadEvidence {
  const texts = files.map(readText);
  const parts = texts.flatMap(({ parts, within }, source) => parts.map((part) => ({ ...part, source, within })));
  const ignoredFiles = [...new Set(texts.flatMap(({ ignored }) => ignored))];
  const unknownFiles = texts.filter(({ isUnknown }) => isUnknown).map(({ name }) => name);
  const logs = texts.flatMap(({ log }) => log ?? []);
  const unclear = [...new Set(texts.flatMap(({ unclear }) => unclear))];
  if (parts.length === 0 && logs.length === 0 && unclear.length === 0)
    throw unknownFile([...ignoredFiles, ...unknownFiles].join(', '));
  const [first, ...others] = groupByCgroup(parts.filter(({ file }) => file?.name !== HOST_PRESSURE));
  const around = {
    hostPressure: readHostPressure(parts),
    log: joinLogs(logs.map(({ kills }) => kills)),
    quiet: joinQuietLogs(logs.map(({ quiet }) => quiet)),
    ignoredFiles,
    unclear,
  };
  return {
    ...divide([readTree(first), ...others.map(readTree)], around),
    unknown: unknownFiles.map((path) => ({ path, error: unknownFile(path) })),
  };
}

const readTree = ([top, ...below]: CgroupTree<Part>) => ({
  ...readCgroup(top.cgroup, top.files),
  below: below.map(({ cgroup, files }) => readCgroup(cgroup, files)),
});

function readHostPressure(parts: readonly Part[]): PartialPressure[] {
  const readings = parts.filter(({ file }) => file?.name === HOST_PRESSURE);
  const pressure = readings.flatMap(({ text }) => parsePartialPressure(text) ?? []);
  checkReadings(HOST_PRESSURE, pressure.map(totalsOf));
  return pressure;
}

/** What one text holds. */
interface ReadText {
  readonly name: string;
  readonly within: string | undefined;
  readonly parts: readonly Part[];
  readonly unclear: readonly string[];
  readonly log: { readonly kills: KillLog; readonly quiet: QuietLog } | undefined;
  readonly ignored: readonly string[];
  readonly isUnknown: boolean;
}

function readText(saved: Saved): ReadText {
  const { name, within } = saved;
  const split = splitText(saved);
  const { parts, unclear } = settleParts(split);
  const isUsed = ({ file }: Part) => file !== undefined && USED_FILES.has(file.name);
  const ignored = parts.filter((part) => !isUsed(part)).map(({ path, file }) => file?.name ?? baseName(path));
  const own = { name, within, parts: parts.filter(isUsed), unclear, log: undefined, ignored, isUnknown: false };
  if (isCaptured(name)) return { ...own, parts: [], ignored: [baseName(name)] };
  const kills = readKillLog(split.rest);
  const holdsFiles = split.parts.length > 0;
  if (saysKill(kills) || (!holdsFiles && looksLikeLog(name, split.rest)) || (holdsFiles && hasLogLines(split.rest)))
    return { ...own, log: { kills, quiet: readQuietLog(split.rest) } };
  if (holdsFiles || unclear.length > 0) return own;
  const file = guessCgroupFile(name);
  if (file && !USED_FILES.has(file.name)) return { ...own, ignored: [file.name] };
  // A directory may hold files that say nothing of memory.
  if (within !== undefined && !file) return { ...own, ignored: [baseName(name)] };
  return { ...own, isUnknown: true };
}

/** What `oomdrill capture` saves next to the files of a cgroup. */
const isCaptured = (name: string): boolean => /^(?:host\.json|left-out\.txt)$/.test(baseName(name));

const unknownFile = (name: string) =>
  usageError(
    'EVIDENCE_UNKNOWN',
    `Could not recognize ${name} by its content.`,
    "Is it empty, or cut off? Give the unchanged memory.events, memory.pressure, memory.stat, memory.current, memory.high or memory.max of a cgroup, its directory, the output of `grep '' memory.*` in it, or a kernel log.",
  );
