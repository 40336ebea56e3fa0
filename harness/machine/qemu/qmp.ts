import type { Socket } from 'node:net';
import { withDeadline } from '../../core/deadline.js';
import { machineError, type OomdrillError } from '../../core/errors.js';
import { receiveLines } from '../receive-lines.js';
import { connectUnix } from '../unix-socket.js';

/** What QEMU sends (qmp-spec, "Protocol Specification"): a greeting, events, and one reply to each command. */
interface Message {
  readonly QMP?: unknown;
  readonly event?: unknown;
  /** What an event is about. */
  readonly data?: unknown;
  /** That of the command. Missing in the reply to a command that QEMU could not read. */
  readonly id?: unknown;
  readonly return?: unknown;
  readonly error?: { readonly desc?: unknown } | undefined;
}

/** What is waited for: the reply of a command by its number, or the greeting. */
type Awaited = number | 'greeting';

interface Waiting {
  resolve(value: unknown): void;
  reject(error: OomdrillError): void;
}

/** How long QEMU may take to answer. Most commands are answered at once; one that flushes a disk is not. */
const ANSWER_MS = 60_000;

/** Called with each event (QEMU QMP Reference Manual). */
type OnEvent = (name: string, data: unknown) => void;

/** How long a command is waited for. */
interface Terms {
  readonly timeoutMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

const LOG_HINT = 'Its last messages are in qemu.log next to the record.';

/** What came instead of a message is quoted up to this many characters. */
const QUOTED_LENGTH = 80;

/**
 * A client of the QEMU Machine Protocol. Whatever QEMU does, each command ends: with its reply, at its deadline, or with the
 * connection, which a QEMU that is killed, and one that sends anything else than messages, break.
 */
export class Qmp {
  readonly #socket: Socket;
  readonly #onEvent: OnEvent;
  readonly #waiting = new Map<Awaited, Waiting>();
  #commands = 0;
  /** Why the connection is over. */
  #end: OomdrillError | undefined;

  private constructor(socket: Socket, onEvent: OnEvent) {
    this.#socket = socket;
    this.#onEvent = onEvent;
    receiveLines(socket, { line: (line) => this.#read(line), end: (cause) => this.#finish(cause) });
  }

  /** @throws OomdrillError `TIMEOUT` without a socket, `QMP_SILENT` without a greeting, `QEMU_GONE` */
  static async connect(
    path: string,
    signal: AbortSignal,
    { timeoutMs = 10_000, onEvent = () => {} }: { readonly timeoutMs?: number; readonly onEvent?: OnEvent } = {},
  ): Promise<Qmp> {
    const qmp = new Qmp(await connectUnix(path, "QEMU's control socket", signal, timeoutMs), onEvent);
    try {
      await qmp.#waitFor('greeting', { reason: "QEMU's greeting", timeoutMs, signal });
      await qmp.execute('qmp_capabilities', {}, { timeoutMs, signal });
      return qmp;
    } catch (thrown) {
      qmp.close();
      throw thrown;
    }
  }

  /**
   * Has QEMU carry out a command.
   *
   * @throws OomdrillError `QMP` when QEMU refuses; `QEMU_GONE` when it is no more, or sends anything else than messages;
   *   `QMP_SILENT` at the deadline
   */
  async execute(
    command: string,
    args: Readonly<Record<string, unknown>> = {},
    { timeoutMs = ANSWER_MS, signal }: Terms = {},
  ): Promise<unknown> {
    const id = ++this.#commands;
    const reply = this.#waitFor(id, { reason: `QEMU to answer ${command}`, timeoutMs, signal });
    if (this.#end === undefined) this.#socket.write(`${JSON.stringify({ execute: command, arguments: args, id })}\n`);
    return reply;
  }

  /** A command of the human monitor, for what QMP has no word for. @throws OomdrillError as `execute` does */
  async human(line: string, terms?: Terms): Promise<string> {
    return String(await this.execute('human-monitor-command', { 'command-line': line }, terms));
  }

  close(): void {
    this.#socket.destroy();
  }

  async #waitFor(
    awaited: Awaited,
    { reason, timeoutMs, signal }: { reason: string; timeoutMs: number; signal: AbortSignal | undefined },
  ): Promise<unknown> {
    const message = () =>
      new Promise<unknown>((resolve, reject) => {
        if (this.#end) reject(this.#end);
        else this.#waiting.set(awaited, { resolve, reject });
      });
    try {
      return await withDeadline(message, { reason, timeoutMs, signal, code: 'QMP_SILENT', hint: SILENT_HINT });
    } finally {
      // Its reply may still come, and is then ignored.
      this.#waiting.delete(awaited);
    }
  }

  #read(line: string): void {
    const message = parseMessage(line);
    if (!message) {
      this.#socket.destroy(new Error(`it said ${JSON.stringify(line.slice(0, QUOTED_LENGTH))}`));
      return;
    }
    if (message.event !== undefined) {
      this.#onEvent(String(message.event), message.data);
      return;
    }
    const awaited = message.QMP ? 'greeting' : message.id;
    if (message.error) this.#refuse(awaited, String(message.error.desc));
    else this.#waiting.get(awaited as Awaited)?.resolve(message.return);
  }

  /** What QEMU could not even read has no number: that was the oldest one. */
  #refuse(awaited: unknown, why: string): void {
    const [oldest] = this.#waiting.keys();
    this.#waiting.get((awaited ?? oldest) as Awaited)?.reject(machineError('QMP', `QEMU refused: ${why}`));
  }

  #finish(cause: Error | undefined): void {
    const why = cause ? ` (${cause.message})` : '';
    this.#end = machineError('QEMU_GONE', `The control socket of QEMU is closed${why}.`, LOG_HINT, cause);
    for (const { reject } of this.#waiting.values()) reject(this.#end);
  }
}

const SILENT_HINT = 'Is QEMU stopped, or this host out of memory? `ps` and `dmesg` say so.';

/** Undefined for anything else than an object in JSON. */
function parseMessage(line: string): Message | undefined {
  try {
    const message: unknown = JSON.parse(line);
    return typeof message === 'object' && message !== null && !Array.isArray(message) ? message : undefined;
  } catch {
    return undefined;
  }
}
