import type { Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { withDeadline } from '../../core/deadline.js';
import { machineError } from '../../core/errors.js';
import { connectUnix } from '../unix-socket.js';

type Reply = { return?: unknown; error?: { class: string; desc: string }; event?: string; QMP?: unknown };

/** A client of the QEMU Machine Protocol: one command at a time, answers in order (QEMU's qmp-spec). */
export class Qmp {
  readonly #socket: Socket;
  readonly #waiting: { resolve: (value: unknown) => void; reject: (error: unknown) => void }[] = [];
  #greeted: (() => void) | undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    // A connection that breaks is seen by its 'close'; without a listener the error would end the process.
    socket.on('error', () => {});
    socket.on('close', () => {
      for (const { reject } of this.#waiting.splice(0))
        reject(
          machineError(
            'QEMU_GONE',
            'QEMU closed its control socket.',
            'Its last messages are in qemu.log next to the record.',
          ),
        );
    });
    createInterface({ input: socket }).on('line', (line) => this.#take(JSON.parse(line) as Reply));
  }

  static async connect(path: string, signal: AbortSignal): Promise<Qmp> {
    const qmp = new Qmp(await connectUnix(path, "QEMU's control socket", signal));
    await withDeadline(() => new Promise<void>((resolve) => (qmp.#greeted = resolve)), {
      reason: "QEMU's greeting",
      timeoutMs: 10_000,
      signal,
    });
    await qmp.execute('qmp_capabilities');
    return qmp;
  }

  #take(reply: Reply): void {
    if (reply.QMP) this.#greeted?.();
    else if (reply.event === undefined) {
      const next = this.#waiting.shift();
      if (reply.error) next?.reject(machineError('QMP', `QEMU refused: ${reply.error.desc}`));
      else next?.resolve(reply.return);
    }
  }

  /** @throws OomdrillError `QMP` when QEMU refuses, `QEMU_GONE` when it is no more */
  execute(command: string, args: Record<string, unknown> = {}): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#socket.write(`${JSON.stringify({ execute: command, arguments: args })}\n`);
    });
  }

  /** A command of the human monitor, for what QMP has no word for. */
  async human(line: string): Promise<string> {
    return String(await this.execute('human-monitor-command', { 'command-line': line }));
  }

  close(): void {
    this.#socket.destroy();
  }
}
