import type { Entry } from '../../record/schema.js';
import { entriesOfType } from '../../study/entries.js';
import { studyParties } from '../../study/parties.js';
import { type Phases, studyPhases } from '../../study/phases.js';
import { describeOneKill } from '../../verdict/kill-sentences.js';
import type { DrillData, LogLine, Mark } from './model.js';

/** Collects the phases of a drill, in their order. */
export function collectPhases(entries: readonly Entry[]): DrillData['phases'] {
  const phases: Phases = studyPhases(entries);
  return entriesOfType(entries, 'phase').map(({ name, t }) => ({ name, from: t, to: phases[name]?.to ?? t }));
}

/** Collects everything that was killed, by time. */
export const collectKillMarks = (entries: readonly Entry[]): Mark[] =>
  (studyParties(entries, studyPhases(entries)).deaths ?? []).map((kill) => ({
    t: kill.t,
    words: describeOneKill(kill),
  }));

/** Collects what happened to the client's session, except heartbeats that were answered. */
export function collectSessionMarks(entries: readonly Entry[]): Mark[] {
  return entriesOfType(entries, 'session')
    .filter(({ event }) => event !== 'answered')
    .map(({ t, event }) => ({ t, words: SESSION_WORDS[event] }));
}

const SESSION_WORDS = {
  connected: 'the client connected',
  answered: 'a heartbeat was answered',
  'dropped-by-watchdog': 'the client gave up its connection',
  closed: "the client's connection was closed",
  failed: 'the client could not connect',
} as const;

/** Collects the log, by time: the journal with the kernel's lines, and what oomdrill itself did and saw. */
export function collectLog(entries: readonly Entry[]): LogLine[] {
  const ours = (t: number, text: string): LogLine => ({ t, source: 'oomdrill', text, kind: 'drill' });
  const lines = entries.flatMap((entry): LogLine[] => {
    switch (entry.type) {
      case 'journal': {
        const { t, unit, message } = entry;
        return [{ t, source: unit, text: message, kind: unit === 'kernel' ? 'kernel' : 'unit' }];
      }
      case 'phase':
        return [ours(entry.t, `phase: ${entry.name}`)];
      case 'injection':
        return [ours(entry.t, `${entry.comm} (${entry.name}) starts in ${entry.cgroup}: ${entry.describes}`)];
      case 'unit':
        return [
          ours(
            entry.t,
            `${entry.unit} is ${entry.activeState} (${entry.subState}), PID ${entry.mainPid}, ${entry.nRestarts} restarts, Result=${entry.result}${entry.listening ? '' : ', nothing listens'}`,
          ),
        ];
      case 'bystander':
        return [ours(entry.t, `${entry.name} (PID ${entry.pid ?? '-'}) is ${entry.alive ? 'alive' : 'gone'}`)];
      case 'note':
        return [ours(entry.t, entry.message)];
      case 'end':
        return entry.error ? [ours(entry.t, `stopped by an error: ${entry.error.message}`)] : [];
      default:
        return [];
    }
  });
  const marks = [
    ...collectKillMarks(entries).map(({ t, words }): LogLine => ({ t, source: 'oomdrill', text: words, kind: 'kill' })),
    ...collectSessionMarks(entries).map(({ t, words }) => ours(t, words)),
  ];
  return [...lines, ...marks].sort((a, b) => a.t - b.t);
}
