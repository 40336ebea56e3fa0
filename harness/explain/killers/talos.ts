import type { Statement, StatementReader } from './statement.js';

/** Kills of Talos' own OOM controller, since 1.12 (talos, internal/app/machined/pkg/controllers/runtime/oom.go). */
export const readTalosLog: StatementReader = ({ lines }) => {
  const statements: Statement[] = [];
  for (const { text } of lines) {
    const cgroup =
      /Sending SIGKILL to cgroup \{.{0,400}?"cgroup": ?"([^"]{1,400})"/.exec(text)?.[1] ??
      /Sending SIGKILL to cgroup (\.{0,3}\/\S{1,400})/i.exec(text)?.[1];
    if (cgroup !== undefined)
      statements.push({ shows: 'killed-all', text: `Talos' OOM controller killed all of ${cgroup}.` });
    const processes = /victim processes: \{.{0,400}?"processes": ?\[([^\]]{1,400})\]/.exec(text)?.[1];
    const last = statements.at(-1);
    if (processes !== undefined && last)
      statements[statements.length - 1] = {
        ...last,
        text: `${last.text.slice(0, -1)}: ${processes.replaceAll('"', '')}.`,
      };
  }
  return statements;
};
