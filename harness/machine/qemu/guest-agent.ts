import { z } from 'zod';
import { MIB } from '../../core/bytes.js';
import { sleep, withDeadline } from '../../core/deadline.js';
import { machineError, OomdrillError } from '../../core/errors.js';
import { EXEC_MS } from '../guest-shell.js';
import type { ExecOptions, ExecResult, GuestShell } from '../machine.js';
import { connectUnix } from '../unix-socket.js';
import { socketIn } from './args.js';
import { MessageClient, type Peer, type Terms } from './message-client.js';

const CONSOLE_HINT =
  'Its console is in console.log next to the record; `oomdrill image rm` forgets a guest that boots badly.';

/** The agent captures up to 16 MiB of each output (QEMU, qga/commands.c, GUEST_EXEC_MAX_OUTPUT), and sends it as base64. */
const MAX_CAPTURED = 16 * MIB;

const GUEST_AGENT: Peer = {
  name: 'the guest agent',
  socket: "The guest agent's port of QEMU",
  refused: { code: 'GUEST_AGENT', words: 'The guest agent refused' },
  silent: { code: 'GUEST_SILENT', hint: CONSOLE_HINT },
  goneHint: CONSOLE_HINT,
  answerMs: EXEC_MS,
  maxLength: 3 * MAX_CAPTURED,
};

/** How often the agent is asked for a command that runs: often at first, and less so the longer it takes. Milliseconds. */
const POLL_MS = 15;
const MAX_POLL_MS = 250;
const POLL_SHARE = 1 / 10;

/** What a login shell of root would have. */
const ENVIRONMENT = [
  'HOME=/root',
  'USER=root',
  'LOGNAME=root',
  'SHELL=/bin/bash',
  'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
];

/** What `guest-exec-status` gives (QEMU Guest Agent Protocol Reference, GuestExecStatus). */
const statusSchema = z.object({
  exited: z.boolean(),
  exitcode: z.number().optional(),
  signal: z.number().optional(),
  'out-data': z.string().default(''),
  'err-data': z.string().default(''),
  'out-truncated': z.boolean().default(false),
  'err-truncated': z.boolean().default(false),
});
type Status = z.infer<typeof statusSchema>;

/** What `guest-exec` gives. */
const startedSchema = z.object({ pid: z.number() });

/** A shell's status of a program that was killed, less its signal. */
const KILLED = 128;

/**
 * Runs commands in a guest by QEMU's guest agent, which waits at a virtio port: it needs no network and no handshake, and starts the
 * command itself, without a shell between, where each process costs a tenth of a second under emulation.
 */
export class GuestAgent implements GuestShell {
  readonly #client: MessageClient;
  /** Settles with the answer to the last request. */
  #answered: Promise<unknown> = Promise.resolve();

  private constructor(client: MessageClient) {
    this.#client = client;
  }

  /** Connects to a guest's port; a guest that boots answers later. @throws OomdrillError `TIMEOUT` without a socket */
  static async connect(workDir: string, signal: AbortSignal): Promise<GuestAgent> {
    const socket = await connectUnix(socketIn(workDir, 'agent'), "QEMU's port of the guest agent", signal);
    return new GuestAgent(new MessageClient(socket, GUEST_AGENT));
  }

  /**
   * Runs a command.
   *
   * @throws OomdrillError `EXEC_TIMEOUT`, `GUEST_SILENT`, `QEMU_GONE`, `GUEST_AGENT`, and `EXEC_OUTPUT` for more than 16 MiB of output
   */
  async exec(
    command: readonly string[],
    { reason, timeoutMs = EXEC_MS, input, signal }: ExecOptions,
  ): Promise<ExecResult> {
    const hint = 'The guest may be thrashing; its console is in console.log next to the record.';
    const wait = { reason, timeoutMs, signal, code: 'EXEC_TIMEOUT', hint };
    const work = (over: AbortSignal) => this.#run(command, input, { timeoutMs, signal: over });
    const status = await withDeadline(work, wait).catch(asNotFound);
    if (status['out-truncated'] || status['err-truncated'])
      throw machineError('EXEC_OUTPUT', `More than ${MAX_CAPTURED / MIB} MiB came from the guest during ${reason}.`);
    return {
      stdout: decode(status['out-data']),
      stderr: decode(status['err-data']),
      exitCode: status.exitcode ?? KILLED + (status.signal ?? 0),
    };
  }

  /**
   * Asks the agent when it has answered what was asked before, or that was given up. It does one after the other anyway, and of several
   * requests that are sent at once to a guest that was just restored, answers get lost.
   */
  #ask(command: string, request: Readonly<Record<string, unknown>>, terms: Terms): Promise<unknown> {
    const answer = this.#answered.then(() => {
      terms.signal?.throwIfAborted();
      return this.#client.execute(command, request, terms);
    });
    this.#answered = answer.catch(() => {});
    return answer;
  }

  async #run(
    [path, ...args]: readonly string[],
    input: ExecOptions['input'],
    terms: { readonly timeoutMs: number; readonly signal: AbortSignal },
  ): Promise<Status> {
    const request = {
      path,
      arg: args,
      env: ENVIRONMENT,
      'input-data': Buffer.from(input ?? '').toString('base64'),
      'capture-output': true,
    };
    const startedAt = performance.now();
    const { pid } = startedSchema.parse(await this.#ask('guest-exec', request, terms));
    for (;;) {
      const taken = performance.now() - startedAt;
      await sleep(Math.min(MAX_POLL_MS, Math.max(POLL_MS, taken * POLL_SHARE)), terms.signal);
      const status = statusSchema.parse(await this.#ask('guest-exec-status', { pid }, terms));
      if (status.exited) return status;
    }
  }

  /** Waits for a guest that boots, or was restored, to answer. @throws OomdrillError `GUEST_SILENT` at the deadline, `QEMU_GONE` */
  async answer(timeoutMs: number, signal: AbortSignal): Promise<void> {
    await this.#ask('guest-ping', {}, { timeoutMs, signal });
  }

  /** Writes a file in the guest, without a process. @throws OomdrillError `GUEST_AGENT`, `GUEST_SILENT`, `QEMU_GONE` */
  async write(path: string, text: string, signal: AbortSignal): Promise<void> {
    const handle = z.number().parse(await this.#ask('guest-file-open', { path, mode: 'w' }, { signal }));
    const content = Buffer.from(text).toString('base64');
    await this.#ask('guest-file-write', { handle, 'buf-b64': content }, { signal });
    await this.#ask('guest-file-close', { handle }, { signal });
  }

  close(): void {
    this.#client.close();
  }
}

/** The status of a shell for a program that it did not find (POSIX, "Exit Status for Commands"). */
const NOT_FOUND = 127;

/** The status of a program that is not there, which the agent refuses to start (GLib, g_spawn_async). @throws what else it is */
function asNotFound(thrown: unknown): Status {
  if (!(thrown instanceof OomdrillError) || !/Failed to execute child process/.test(thrown.message)) throw thrown;
  const words = Buffer.from(thrown.message).toString('base64');
  return statusSchema.parse({ exited: true, exitcode: NOT_FOUND, 'err-data': words });
}

const decode = (data: string): string => Buffer.from(data, 'base64').toString();
