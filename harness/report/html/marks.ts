import type { Entry } from '../../record/schema.js';
import { entriesOfType } from '../../study/entries.js';
import { collectKilledCgroups, collectKills, type Kill } from '../../study/kills.js';
import { type Phases, studyPhases } from '../../study/phases.js';
import type { DrillData, LogLine, Mark } from './model.js';

/** The phases of a drill in their order. */
export function phaseData(entries: readonly Entry[]): DrillData['phases'] {
  const phases: Phases = studyPhases(entries);
  return entriesOfType(entries, 'phase').map(({ name, t }) => ({ name, from: t, to: phases[name]?.to ?? t }));
}

/** Every kill by the kernel, earlyoom or systemd-oomd, by time. */
export function killMarks(entries: readonly Entry[]): Mark[] {
  return [
    ...collectKills(entries).map((kill) => ({ t: kill.t, words: killInWords(kill) })),
    ...collectKilledCgroups(entries).map(({ t, cgroup }) => ({ t, words: `systemd-oomd killed ${cgroup}` })),
  ].sort((a, b) => a.t - b.t);
}

function killInWords({ comm, pid, constraint }: Kill): string {
  const killer = constraint === 'earlyoom' ? 'earlyoom' : 'the kernel';
  return `${killer} killed ${comm} (PID ${pid})${constraint === 'CONSTRAINT_NONE' ? ': the whole guest was out of memory' : ''}`;
}

/** What became of the client's session, but for the heartbeats that were answered. */
export function sessionMarks(entries: readonly Entry[]): Mark[] {
  return entriesOfType(entries, 'session')
    .filter(({ event }) => event !== 'answered')
    .map(({ t, event }) => ({ t, words: SESSION_WORDS[event] }));
}

const SESSION_WORDS = {
  connected: 'the client connected',
  answered: 'a heartbeat was answered',
  'dropped-by-watchdog': 'the client gave its connection up',
  closed: "the client's connection was closed",
  failed: 'the client could not connect',
} as const;

/** Everything that was said in words, by time: the journal with the kernel's lines, and what oomdrill itself did and saw. */
export function logLines(entries: readonly Entry[]): LogLine[] {
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
        return [ours(entry.t, `${entry.comm} (${entry.name}) is let loose in ${entry.cgroup}: ${entry.describes}`)];
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
        return entry.error ? [ours(entry.t, `broken off: ${entry.error.message}`)] : [];
      default:
        return [];
    }
  });
  const told = [
    ...killMarks(entries).map(({ t, words }): LogLine => ({ t, source: 'oomdrill', text: words, kind: 'kill' })),
    ...sessionMarks(entries).map(({ t, words }) => ours(t, words)),
  ];
  return [...lines, ...told].sort((a, b) => a.t - b.t);
}
