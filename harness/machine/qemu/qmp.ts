import { MAX_LINE_LENGTH } from '../receive-lines.js';
import { connectUnix } from '../unix-socket.js';
import { MessageClient, type Peer, type Terms } from './message-client.js';

/** Called with each event (QEMU QMP Reference Manual). */
type OnEvent = (name: string, data: unknown) => void;

const QEMU: Peer = {
  name: 'QEMU',
  socket: 'The control socket of QEMU',
  refused: { code: 'QMP', words: 'QEMU refused' },
  silent: { code: 'QMP_SILENT', hint: 'Is QEMU stopped, or this host out of memory? `ps` and `dmesg` say so.' },
  goneHint: 'Its last messages are in qemu.log next to the record.',
  // Most commands are answered at once; one that flushes a disk is not.
  answerMs: 60_000,
  maxLength: MAX_LINE_LENGTH,
};

/** A client of the QEMU Machine Protocol. */
export class Qmp {
  readonly #client: MessageClient;

  private constructor(client: MessageClient) {
    this.#client = client;
  }

  /** @throws OomdrillError `TIMEOUT` without a socket, `QMP_SILENT` without a greeting, `QEMU_GONE` */
  static async connect(
    path: string,
    signal: AbortSignal,
    { timeoutMs = 10_000, onEvent }: { readonly timeoutMs?: number; readonly onEvent?: OnEvent } = {},
  ): Promise<Qmp> {
    const socket = await connectUnix(path, "QEMU's control socket", signal, timeoutMs);
    const qmp = new Qmp(new MessageClient(socket, QEMU, onEvent));
    try {
      await qmp.#client.greeting(timeoutMs, signal);
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
  execute(command: string, args?: Readonly<Record<string, unknown>>, terms?: Terms): Promise<unknown> {
    return this.#client.execute(command, args, terms);
  }

  /** A command of the human monitor, for what QMP has no word for. @throws OomdrillError as `execute` does */
  async human(line: string, terms?: Terms): Promise<string> {
    return String(await this.execute('human-monitor-command', { 'command-line': line }, terms));
  }

  close(): void {
    this.#client.close();
  }
}
