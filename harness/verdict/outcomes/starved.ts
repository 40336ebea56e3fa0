import type { Header } from '../../record/schema.js';
import type { Study } from '../../study/study.js';
import type { Cause } from '../causes.js';
import { findLateHold } from '../hold-median.js';
import { weighSilence } from '../silence.js';
import { describeSilence } from '../silence-sentence.js';
import { sortServerSilences } from '../silences.js';
import type { Evidence } from '../summary.js';
import type { OutcomeDefinition } from './definition.js';
import { formatWait } from './wait.js';

/** Silent for want of CPU, disk or tasks inside of the guest: real, and no fault of a memory limit. */
export const starved: OutcomeDefinition = {
  badness: 1,
  // A map is of sizes of memory.
  zone: null,
  sentence: (evidence) =>
    `the server ${describeWant(evidence)}, and memory had no part in it: its clients waited ${formatWait(evidence, 'up to')} for an answer`,
  manual: {
    meaning:
      'the server was silent because its cgroup waited for CPU or disk, or may start no more processes, and memory had no part in it',

    evidence:
      'a gap longer than the scenario allows, or a median answer of the hold of more than 0.5 s, in which tasks of the cgroup waited for a CPU or the disk for at least half of the time (PSI `cpu` or `io` of the cgroup), or a limit of tasks refused it a process or thread (`max` of `pids.events`), without evidence of memory, and with a canary that answered',
    usualCauses: 'busy tasks in the same cgroup, `CPUQuota=`, `IOReadBandwidthMax=`, a slow disk, `TasksMax=`',
  },
  reasonsFor: (study, header) => [
    ...sortServerSilences(study, header)
      .starved.slice(0, 1)
      .map((silence) => describeSilence(silence, header)),
    ...describeLateHold(study, header),
  ],
};

/** What it went without, by the cause of its longest silence; a server whose answers are late throughout has none. */
function describeWant({ gapCauses = [] }: Evidence): string {
  const [found] = gapCauses.flatMap((cause) => WANTS.get(cause) ?? []);
  return found ?? 'waited for CPU or disk, or could start no process';
}

/** By the names of causes, of which a record of another version may have others. */
const WANTS: ReadonlyMap<string, string> = new Map<Cause, string>([
  ['tasks', 'could start no process or thread'],
  ['cpu', 'waited for a CPU'],
  ['guest-cpu', 'waited for a CPU'],
  ['disk', 'waited for the disk'],
  ['guest-disk', 'waited for the disk'],
]);

/** Late answers that no silence explains come with what the hold shows. */
function describeLateHold(study: Study, header: Header): string[] {
  const { hold } = study.attribution;
  const [late] = findLateHold(study, header, 'starved');
  if (late === undefined || hold === null) return [];
  return [`${late} ${describeSilence(weighSilence(hold, header), header, 'The hold')}`];
}
