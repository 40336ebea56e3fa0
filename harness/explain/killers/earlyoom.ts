import { parseEarlyoomKill } from '../../cgroup/killer.js';
import type { Statement, StatementReader } from './statement.js';

/**
 * Kills of earlyoom, each process once: SIGTERM, or SIGKILL where it did not end in time (earlyoom, kill.c, kill_wait).
 * Before 1.2 it logged `Killing process N NAME`, and builds of 2021 `Killing process 'NAME' with signal 15, pid: N`. With
 * `-k`, versions of 2018 had the kernel kill.
 */
export const readEarlyoomLog: StatementReader = ({ lines }) => {
  // Without a log around it, its lines are known by those of its report.
  const isReport = lines.some(({ text }) => /\bmem avail: .{1,80}swap free: /.test(text));
  const own = lines.flatMap(({ text, from }) => {
    const start = text.search(
      /sending SIG|Killing process |dryrun, not actually|kill failed:|escalating to SIGKILL|Invoking oom killer/,
    );
    return start < 0 ? [] : [{ text: text.slice(start), isEarlyoom: isReport || /earlyoom/.test(from ?? text) }];
  });
  const kills = new Map<number, Statement>();
  let last: { readonly pid: number; readonly comm: string } | undefined;
  for (const [index, { text, isEarlyoom }] of own.entries()) {
    if (isEarlyoom && text.startsWith('Invoking oom killer')) kills.set(0, ASKED_KERNEL);
    if (last && text.startsWith('escalating to SIGKILL')) kills.set(last.pid, sent('SIGKILL', last.comm, last.pid));
    const victim = parseEarlyoomKill(text) ?? (isEarlyoom ? parseOldKill(text) : undefined);
    if (!victim) continue;
    const next = own[index + 1]?.text ?? '';
    if (next.startsWith('kill failed: Timer expired'))
      kills.set(victim.pid, survived(victim.signal, victim.comm, victim.pid));
    else if (next.startsWith('dryrun,')) kills.set(victim.pid, notSent(victim.comm, victim.pid, 'a dry run'));
    else if (next.startsWith('kill failed:')) kills.set(victim.pid, notSent(victim.comm, victim.pid, next));
    else {
      last = victim;
      kills.set(victim.pid, sent(victim.signal, victim.comm, victim.pid));
    }
  }
  return kills.size > 0 || !lines.some(({ text }) => LOW.test(text)) ? [...kills.values()] : [ONLY_LOW];
};

const LOW = /(?:^|: )low memory! at or below SIG(?:TERM|KILL) limits/;

const ONLY_LOW: Statement = {
  shows: 'note',
  text: 'earlyoom found memory and swap at or below its limits, and these lines have no kill of it.',
};

const sent = (signal: string, comm: string, pid: number): Statement => ({
  shows: 'killed-one',
  text: `earlyoom sent ${signal} to ${comm} (PID ${pid}).`,
});

const ASKED_KERNEL: Statement = { shows: 'oom-kill', text: "earlyoom had the kernel's OOM killer kill (SysRq f)." };

const survived = (signal: string, comm: string, pid: number): Statement => ({
  shows: 'note',
  text: `earlyoom sent ${signal} to ${comm} (PID ${pid}), which did not exit in time.`,
});

const notSent = (comm: string, pid: number, why: string): Statement => ({
  shows: 'note',
  text: `earlyoom chose ${comm} (PID ${pid}), but sent it no signal: ${why.replace(/\.$/, '')}.`,
});

function parseOldKill(text: string) {
  const [, name, number, named] = /^Killing process '(.{1,64}?)' with signal (\d+), pid: (\d+)/.exec(text) ?? [];
  if (name !== undefined) return { pid: Number(named), comm: name, signal: number === '9' ? 'SIGKILL' : 'SIGTERM' };
  const [, pid, comm] = /^Killing process (\d+) (\S.{0,63})$/.exec(text) ?? [];
  return pid === undefined || comm === undefined ? undefined : { pid: Number(pid), comm, signal: 'a signal' };
}
