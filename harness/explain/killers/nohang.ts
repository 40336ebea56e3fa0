import type { Statement, StatementReader } from './statement.js';

/** Kills of nohang: its log names the victim first, and the signal some lines later (nohang, implement_corrective_action). */
export const readNohangLog: StatementReader = ({ lines }) => {
  const statements = new Map<string, Statement>();
  let victim: string | undefined;
  for (const { text } of lines) {
    const [, pid, comm] = /PID: (\d+), [Nn]ame: (\S.{0,63}?), badness: /.exec(text) ?? [];
    if (pid !== undefined) victim = `${comm} (PID ${pid})`;
    const signal = /\bSend(?:ing)? (SIGTERM|SIGKILL) to the victim/.exec(text)?.[1];
    if (signal === undefined) continue;
    const sentence = `nohang sent ${signal} to ${victim ?? 'a process that these lines do not name'}.`;
    statements.set(sentence, { shows: 'killed-one', text: sentence });
  }
  return [...statements.values()];
};
