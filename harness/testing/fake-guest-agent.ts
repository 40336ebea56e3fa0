import { receiveLines } from '../machine/receive-lines.js';
import { listenOnUnix, type UnixServer } from './unix-server.js';

/** How a program that was started ends. */
interface End {
  readonly exitcode?: number;
  readonly signal?: number;
  readonly stdout?: string;
  readonly stderr?: string;
  /** Set where the agent kept only a part of its output. */
  readonly isCut?: boolean;
  /** How often it is asked for before it has ended. */
  readonly after?: number;
}

/** What becomes of a program; a string is the error of one that cannot be started. */
type Run = (command: readonly string[], input: string) => End | string;

/** A guest agent for tests: what it was asked for. */
interface FakeGuestAgent extends UnixServer {
  readonly started: readonly (readonly string[])[];
  /** Text by path. */
  readonly written: ReadonlyMap<string, string>;
}

interface Request {
  readonly execute: string;
  readonly id: number;
  readonly arguments: Readonly<Record<string, unknown>>;
}

const encode = (text = ''): string => Buffer.from(text).toString('base64');
const decode = (data: unknown): string => Buffer.from(String(data ?? ''), 'base64').toString();

/** How long it takes for an answer, milliseconds. */
const ANSWER_MS = 2;

/**
 * Listens as QEMU does for its guest's agent. As from that one, a request that comes before the last one is answered has its answer lost:
 * of nine that were sent at once to a guest that had just been restored, the answers to five and to eight never came (QEMU 10.0).
 *
 * @param behave how programs end there; or one that never answers, or goes away */
export async function fakeGuestAgent(behave: Run | 'silent' | 'gone' = () => ({})): Promise<FakeGuestAgent> {
  const started: string[][] = [];
  const ends: { end: End; asked: number }[] = [];
  const paths: string[] = [];
  const written = new Map<string, string>();
  const answers: Readonly<Record<string, (request: Request['arguments']) => unknown>> = {
    'guest-ping': () => ({}),
    'guest-exec': ({ path, arg, 'input-data': input }) => {
      const command = [String(path), ...(arg as string[])];
      started.push(command);
      const end = (behave as Run)(command, decode(input));
      if (typeof end === 'string') throw new Error(end);
      return { pid: ends.push({ end, asked: 0 }) };
    },
    'guest-exec-status': ({ pid }) => statusOf(ends[Number(pid) - 1]),
    'guest-file-open': ({ path }) => paths.push(String(path)),
    'guest-file-write': ({ handle, 'buf-b64': data }) =>
      void written.set(paths[Number(handle) - 1] ?? '', decode(data)),
    'guest-file-close': () => ({}),
  };
  const server = await listenOnUnix('agent.sock', (socket) => {
    let unanswered = 0;
    const take = (line: string) => {
      if (behave === 'silent') return;
      const isLost = unanswered++ > 0;
      setTimeout(() => {
        unanswered--;
        if (!isLost) answer(line);
      }, ANSWER_MS);
    };
    const answer = (line: string) => {
      const { execute, id, arguments: request } = JSON.parse(line) as Request;
      try {
        socket.write(`${JSON.stringify({ return: answers[execute]?.(request) ?? {}, id })}\n`);
      } catch (thrown) {
        socket.write(`${JSON.stringify({ error: { class: 'GenericError', desc: String(thrown) }, id })}\n`);
      }
    };
    socket.resume();
    if (behave === 'gone') socket.end();
    else receiveLines(socket, { line: take, end: () => {} });
  });
  return { ...server, started, written };
}

/** As the agent says it (QEMU Guest Agent Protocol Reference, GuestExecStatus). */
function statusOf(program: { end: End; asked: number } | undefined): unknown {
  if (!program) throw new Error('there is no such process');
  const { exitcode, signal, stdout, stderr, isCut, after = 0 } = program.end;
  if (program.asked++ < after) return { exited: false };
  const how = signal === undefined ? { exitcode: exitcode ?? 0 } : { signal };
  return {
    exited: true,
    ...how,
    'out-data': encode(stdout),
    'err-data': encode(stderr),
    'out-truncated': isCut ?? false,
  };
}
