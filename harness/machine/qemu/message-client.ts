import type { Socket } from 'node:net';
import { withDeadline } from '../../core/deadline.js';
import { machineError, type OomdrillError } from '../../core/errors.js';
import { receiveLines } from '../receive-lines.js';

/** What the other end sends (qmp-spec, "Protocol Specification"): a greeting, events, and one reply to each command. */
interface Message {
  readonly QMP?: unknown;
  readonly event?: unknown;
  /** What an event is about. */
  readonly data?: unknown;
  /** That of the command. Missing in the reply to a command that could not be read. */
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

/** How long a command is waited for. */
export interface Terms {
  readonly timeoutMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The program at the other end, and what is said where it does not do as it should. */
export interface Peer {
  /** In a sentence: `QEMU`, `the guest agent`. */
  readonly name: string;
  /** Begins a sentence: `The control socket of QEMU`. */
  readonly socket: string;
  /** Code of the error of a command that it refuses, and the beginning of the sentence: `QEMU refused`. */
  readonly refused: { readonly code: string; readonly words: string };
  /** Code and hint of the error of one that it does not answer. */
  readonly silent: { readonly code: string; readonly hint: string };
  /** Hint of the error of a connection that is over. */
  readonly goneHint: string;
  /** How long it may take to answer where nothing else is said, milliseconds. */
  readonly answerMs: number;
  /** Of the longest message that it may send, characters. */
  readonly maxLength: number;
}

/** What came instead of a message is quoted up to this many characters. */
const QUOTED_LENGTH = 80;

/**
 * A client of QEMU's JSON messages, as its monitor and its guest agent have them. Whatever the other end does, each command ends:
 * with its reply, at its deadline, or with the connection, which anything else than messages breaks, too.
 */
export class MessageClient {
  readonly #socket: Socket;
  readonly #peer: Peer;
  readonly #onEvent: (name: string, data: unknown) => void;
  readonly #waiting = new Map<Awaited, Waiting>();
  #commands = 0;
  /** Why the connection is over. */
  #end: OomdrillError | undefined;

  constructor(socket: Socket, peer: Peer, onEvent: (name: string, data: unknown) => void = () => {}) {
    this.#socket = socket;
    this.#peer = peer;
    this.#onEvent = onEvent;
    const receiver = { line: (line: string) => this.#read(line), end: (cause?: Error) => this.#finish(cause) };
    receiveLines(socket, receiver, peer.maxLength);
  }

  /** @throws OomdrillError the peer's `silent` without a greeting, `QEMU_GONE` */
  async greeting(timeoutMs: number, signal: AbortSignal): Promise<void> {
    await this.#waitFor('greeting', `the greeting of ${this.#peer.name}`, { timeoutMs, signal });
  }

  /**
   * Has the other end carry out a command, and gives its reply.
   *
   * @throws OomdrillError the peer's `refused` when it refuses, its `silent` at the deadline; `QEMU_GONE` when the connection
   *   ends, or carries anything else than messages
   */
  async execute(command: string, args: Readonly<Record<string, unknown>> = {}, terms: Terms = {}): Promise<unknown> {
    const id = ++this.#commands;
    const reply = this.#waitFor(id, `${this.#peer.name} to answer ${command}`, terms);
    if (this.#end === undefined) this.#socket.write(`${JSON.stringify({ execute: command, arguments: args, id })}\n`);
    return reply;
  }

  close(): void {
    this.#socket.destroy();
  }

  async #waitFor(awaited: Awaited, reason: string, { timeoutMs, signal }: Terms): Promise<unknown> {
    const message = () =>
      new Promise<unknown>((resolve, reject) => {
        if (this.#end) reject(this.#end);
        else this.#waiting.set(awaited, { resolve, reject });
      });
    try {
      return await withDeadline(message, {
        reason,
        timeoutMs: timeoutMs ?? this.#peer.answerMs,
        signal,
        ...this.#peer.silent,
      });
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

  /** What could not even be read has no number: that was the oldest one. */
  #refuse(awaited: unknown, why: string): void {
    const [oldest] = this.#waiting.keys();
    const { code, words } = this.#peer.refused;
    this.#waiting.get((awaited ?? oldest) as Awaited)?.reject(machineError(code, `${words}: ${why}`));
  }

  #finish(cause: Error | undefined): void {
    const why = cause ? ` (${cause.message})` : '';
    const { socket, goneHint } = this.#peer;
    this.#end = machineError('QEMU_GONE', `${socket} is closed${why}.`, goneHint, cause);
    for (const { reject } of this.#waiting.values()) reject(this.#end);
  }
}

/** Undefined for anything else than an object in JSON. */
function parseMessage(line: string): Message | undefined {
  try {
    const message: unknown = JSON.parse(line);
    return typeof message === 'object' && message !== null && !Array.isArray(message) ? message : undefined;
  } catch {
    return undefined;
  }
}
