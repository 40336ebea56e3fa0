import { parseEarlyoomKill } from '../../cgroup/killer.js';
import type { Statement, StatementReader } from './statement.js';

/**
 * Kills of earlyoom, each process once: SIGTERM, or SIGKILL where it did not end in time (earlyoom, kill.c, kill_wait).
 * Before 1.2 it logged `Killing process N NAME`.
 */
export const readEarlyoomLog: StatementReader = ({ lines }) => {
  const own = lines.flatMap(({ text, from }) => {
    const start = text.search(/sending SIG|Killing process \d|dryrun, not actually|kill failed:|escalating to SIGKILL/);
    return start < 0 ? [] : [{ text: text.slice(start), isEarlyoom: /earlyoom/.test(from ?? text) }];
  });
  const kills = new Map<number, Statement>();
  let last: { readonly pid: number; readonly comm: string } | undefined;
  for (const [index, { text, isEarlyoom }] of own.entries()) {
    if (last && text.startsWith('escalating to SIGKILL')) kills.set(last.pid, sent('SIGKILL', last.comm, last.pid));
    const victim = parseEarlyoomKill(text) ?? (isEarlyoom ? parseOldKill(text) : undefined);
    if (!victim) continue;
    const next = own[index + 1]?.text ?? '';
    if (next.startsWith('dryrun,')) kills.set(victim.pid, notSent(victim.comm, victim.pid, 'a dry run'));
    else if (next.startsWith('kill failed:')) kills.set(victim.pid, notSent(victim.comm, victim.pid, next));
    else {
      last = victim;
      kills.set(victim.pid, sent(victim.signal, victim.comm, victim.pid));
    }
  }
  return [...kills.values()];
};

const sent = (signal: string, comm: string, pid: number): Statement => ({
  shows: 'killed-one',
  text: `earlyoom sent ${signal} to ${comm} (PID ${pid}).`,
});

const notSent = (comm: string, pid: number, why: string): Statement => ({
  shows: 'note',
  text: `earlyoom chose ${comm} (PID ${pid}), but sent it no signal: ${why.replace(/\.$/, '')}.`,
});

function parseOldKill(text: string) {
  const [, pid, comm] = /^Killing process (\d+) (\S.{0,63})$/.exec(text) ?? [];
  return pid === undefined || comm === undefined ? undefined : { pid: Number(pid), comm, signal: 'a signal' };
}
