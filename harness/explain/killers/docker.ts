import { type Field, readFields, siblingsOf } from './fields.js';
import type { Statement, StatementReader } from './statement.js';

/** `docker inspect` and `podman inspect`: the state of a container (moby, api/types/container, State). */
export const readContainerInspect: StatementReader = ({ text }) => {
  if (!/OOMKilled"?\s?:/.test(text)) return [];
  const fields = readFields(text);
  return fields.flatMap(({ key }, index) => (key === 'OOMKilled' ? [describeState(fields, index)] : []));
};

/** The name of a container follows its state, its image and some paths. */
const FIELDS_TO_NAME = 64;

function describeState(fields: readonly Field[], at: number): Statement {
  const { depth, value } = fields[at] as Field;
  const state = siblingsOf(fields, at);
  const after = fields.slice(at, at + FIELDS_TO_NAME);
  const name = after.find(({ key, depth: outer }) => key === 'Name' && outer < depth)?.value.replace(/^\//, '');
  const container = name ? `the container ${name}` : 'the container';
  const exit = state.get('ExitCode');
  const isRunning = state.get('Running') === 'true' || state.get('Status')?.toLowerCase() === 'running';
  const facts = `OOMKilled: ${value}, exit code ${exit ?? 'not given'}`;
  const about = name ? { subject: name } : {};
  // A start sets it to false (moby, daemon/container/state.go, setRunning).
  if (value === 'true' && isRunning)
    return {
      shows: 'survived',
      ...about,
      text: `inspect: an OOM killer killed in ${container} since it was started, and its first process goes on (${facts}).`,
    };
  if (value === 'true' && exit === '137')
    return { shows: 'stopped', ...about, text: `inspect: ${container} ended by an OOM kill (${facts}).` };
  if (value === 'true')
    return {
      shows: 'oom-kill',
      ...about,
      text: `inspect: an OOM killer killed in ${container}; its first process did not end by SIGKILL (${facts}).`,
    };
  if (exit === '137' && !isRunning)
    return {
      shows: 'sigkill',
      ...about,
      text: `inspect: ${container} ended by SIGKILL, and its engine saw no OOM kill in it (${facts}).`,
    };
  return { shows: 'note', ...about, text: `inspect: no OOM kill of ${container} (${facts}).` };
}

/** `docker events` and `podman events`, as text or JSON; `docker ps`; what Compose says at the end of a container. */
export const readContainerEvents: StatementReader = ({ lines }) => {
  const statements = new Map<string, Statement>();
  for (const { text } of lines) {
    const statement = readEvent(text) ?? readExit(text);
    if (statement) statements.set(statement.text, statement);
  }
  return joinEvents([...statements.values()]);
};

/** `TIME container oom ID (image=..., name=web)`; `{"status":"oom","id":"..."}` or `"Action":"die"`. */
function readEvent(line: string): Statement | undefined {
  const [, word, id] = /\bcontainer (oom|die|died) ([0-9a-f]{6,64})\b/.exec(line) ?? [];
  const json = /"(?:status|Action)": ?"(oom|die|died)"/.exec(line)?.[1];
  const event = word ?? json;
  if (event === undefined) return undefined;
  const full = id ?? /"(?:id|ID)": ?"([0-9a-f]{6,64})"/.exec(line)?.[1] ?? '';
  const name =
    /[( ,]name=([^,)]{1,128})/.exec(line)?.[1] ?? /"name": ?"([^"]{1,128})"/.exec(line)?.[1] ?? full.slice(0, 12);
  if (event === 'oom')
    return { shows: 'oom-kill', subject: name, text: `events: an OOM killer killed in the container ${name}.` };
  const exit = /exit_?code"?[=:] ?"?(\d+)/i.exec(line)?.[1];
  return exit === '137' ? endedByKill(name, 'events') : undefined;
}

function readExit(line: string): Statement | undefined {
  const [, name] = /(?:^|\s)(\S{1,128}) exited with code 137\b/.exec(line) ?? [];
  if (name !== undefined) return endedByKill(name, 'Compose');
  return /\sExited \(137\) /.test(line) ? endedByKill(/(\S+)\s*$/.exec(line)?.[1] ?? '', 'ps') : undefined;
}

const endedByKill = (name: string, source: string): Statement => ({
  shows: 'sigkill',
  subject: name,
  text: `${source}: the container ${name} ended by SIGKILL (exit code 137).`,
});

/** A container that had an OOM kill, and then ended by SIGKILL, ended by it. */
function joinEvents(statements: readonly Statement[]): Statement[] {
  const killed = new Set(statements.filter(({ shows }) => shows === 'oom-kill').map(({ subject }) => subject));
  return statements.map((statement) =>
    statement.shows === 'sigkill' && killed.has(statement.subject)
      ? { ...statement, shows: 'stopped', text: `${statement.text.slice(0, -1)} after an OOM kill in it.` }
      : statement,
  );
}
