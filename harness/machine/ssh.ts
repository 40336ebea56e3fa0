import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { execa, type ResultPromise } from 'execa';
import { z } from 'zod';
import { pollUntil, sleep } from '../core/deadline.js';
import { machineError, type OomdrillError } from '../core/errors.js';
import { copyableWord, shellQuote } from '../core/shell.js';
import { dyingWithUs } from './dying-with-us.js';
import { EXEC_MS } from './guest-shell.js';
import type { ExecOptions, ExecResult } from './machine.js';
import { SSH_NAME, sshHint } from './ssh-address.js';
import { sshOptionValue, sshPath } from './ssh-path.js';

/**
 * How a guest is reached by ssh: with a key of ours and nothing of the user's ssh settings; or, where `owner` is `user`, a host of
 * the user's own, whose ssh_config(5), agent and known hosts count, and may give the port and the key.
 */
export const sshTargetSchema = z.object({
  host: z.string().regex(SSH_NAME),
  port: z.number().int().optional(),
  user: z.string().regex(SSH_NAME),
  keyFile: z.string().optional(),
  owner: z.literal('user').optional(),
});
export type SshTarget = z.infer<typeof sshTargetSchema>;

/** What ssh says of a refusal that asking again does not change. */
export const FINAL_REFUSAL =
  /Permission denied|Host key verification failed|Could not resolve hostname|Too many authentication failures/;

/**
 * Lets go of what a client said that was killed: the master, which has its streams too, holds them until the guest answers, and a
 * guest that stands still never does.
 */
function destroyStreams({ stdin, stdout, stderr }: Pick<ResultPromise, 'stdin' | 'stdout' | 'stderr'>): void {
  for (const stream of [stdin, stdout, stderr]) stream?.destroy();
}

/** A pair of keys made for one run; gives the public half. */
export async function makeKey(file: string): Promise<string> {
  // Of a machine that was given up, and would be asked about.
  await rm(file, { force: true });
  const { failed, stderr, shortMessage } = await execa(
    'ssh-keygen',
    ['-q', '-t', 'ed25519', '-N', '', '-C', 'oomdrill', '-f', file],
    { reject: false, stdin: 'ignore' },
  );
  if (failed) throw machineError('SSH_KEYGEN', `Could not make an ssh key: ${stderr.trim() || shortMessage}.`);
  const { stdout } = await execa('ssh-keygen', ['-y', '-f', file]);
  return stdout.trim();
}

/** The options of ssh(1) for a target, without the address. */
export function sshOptions({ port, keyFile, owner }: SshTarget): readonly string[] {
  const options: string[] = [];
  if (port !== undefined) options.push('-p', String(port));
  if (keyFile !== undefined) options.push('-o', `IdentityFile=${sshOptionValue(keyFile)}`, '-o', 'IdentitiesOnly=yes');
  options.push('-o', 'BatchMode=yes', '-o', 'LogLevel=ERROR');
  // A guest was made by us a moment ago and is reached over loopback: its host key proves nothing.
  if (owner !== 'user')
    options.push(
      ...['-F', '/dev/null', '-o', 'StrictHostKeyChecking=no', '-o', 'UserKnownHostsFile=/dev/null'],
      // First what costs an emulated guest least: a key exchange without post-quantum arithmetic, a cipher without AES.
      ...['-o', 'KexAlgorithms=^curve25519-sha256', '-o', 'Ciphers=^chacha20-poly1305@openssh.com'],
    );
  return options;
}

/**
 * One ssh connection that all commands share: under emulation a key exchange costs more than most commands.
 * The master process dies with the harness.
 */
export class Ssh implements AsyncDisposable {
  readonly #target: SshTarget;
  readonly #options: readonly string[];
  readonly #isNamed: boolean;
  /** What the last attempt to connect said. */
  #lastWords = '';
  #master: (PromiseLike<unknown> & { kill(signal: 'SIGKILL'): boolean }) | undefined;

  /** @param isNamed whether the user named the host, and can log in there */
  constructor(target: SshTarget, workDir: string, isNamed = target.owner === 'user') {
    this.#target = target;
    this.#isNamed = isNamed;
    this.#options = [...sshOptions(target), '-S', sshPath(join(workDir, 'ssh.sock'))];
  }

  /** How it connects. */
  get target(): SshTarget {
    return this.#target;
  }

  /** For people, to log in at the same time. */
  get login(): string {
    const words = ['ssh', ...this.#options, this.#address];
    return words.map(copyableWord).join(' ');
  }

  get #address(): string {
    return `${this.#target.user}@${this.#target.host}`;
  }

  /** Opens the shared connection, trying again until the guest's sshd answers. @throws OomdrillError `SSH_SILENT` */
  async open(timeoutMs: number, signal: AbortSignal): Promise<void> {
    const start = performance.now();
    const wait = { reason: `ssh on ${this.#target.host}`, timeoutMs, signal, code: 'SSH_SILENT' };
    try {
      await pollUntil(() => this.#tryToOpen(start + timeoutMs, signal), wait, 200);
    } catch (cause) {
      await this[Symbol.asyncDispose]();
      signal.throwIfAborted();
      throw this.#silentError(Math.ceil((performance.now() - start) / 1000), cause);
    }
  }

  /** One attempt at a master connection, which may take until a moment of performance.now(). True once it stands. */
  async #tryToOpen(end: number, signal: AbortSignal): Promise<true | undefined> {
    const args = ['-o', 'ControlMaster=yes', '-o', 'ConnectTimeout=10', '-N', this.#address];
    const master = execa(...dyingWithUs('ssh', [...this.#options, ...args]), {
      reject: false,
      stdin: 'ignore',
      stdout: 'ignore',
      detached: true,
    });
    this.#master = master;
    let over = false;
    void master.then(({ stderr }) => {
      over = true;
      // An attempt that we cut short says nothing, and must not hide what the one before it said.
      this.#lastWords = String(stderr).trim() || this.#lastWords;
    });
    while (!over && performance.now() < end) {
      signal.throwIfAborted();
      const check = await execa('ssh', [...this.#options, '-O', 'check', this.#address], { reject: false });
      if (!check.failed) return true;
      await sleep(30, signal);
    }
    master.kill('SIGKILL');
    // A guest's sshd may refuse while it boots; a host of the user's own means it.
    if (this.#target.owner === 'user' && FINAL_REFUSAL.test(this.#lastWords)) throw new Error(this.#lastWords);
    return undefined;
  }

  #silentError(seconds: number, cause: unknown): OomdrillError {
    const words = this.#lastWords === '' ? '' : ` (${this.#lastWords.split(/\s*\n\s*/).join('; ')})`;
    return machineError(
      'SSH_SILENT',
      `Could not connect to ${this.#address} over SSH within ${seconds} s${words}.`,
      this.#isNamed
        ? sshHint(this.#target, this.#target.keyFile)
        : 'The console is in console.log next to the record; `oomdrill image rm` removes a guest that does not boot.',
      cause,
    );
  }

  /** The command as the shell there reads it: a user who is not root runs it by sudo. */
  #remote(command: readonly string[]): string {
    const words = this.#target.user === 'root' ? command : ['sudo', '--non-interactive', '--', ...command];
    return words.map(shellQuote).join(' ');
  }

  /** Standard output of a command that goes on; it ends when the stream is destroyed, or the connection is. */
  stream(command: readonly string[]): Readable {
    const child = execa('ssh', [...this.#options, this.#address, this.#remote(command)], {
      reject: false,
      buffer: false,
      stdin: 'ignore',
      stderr: 'ignore',
    });
    // What breaks it ends it, and its reader sees that by its `close`.
    child.stdout.on('error', () => {});
    child.stdout.once('close', () => child.kill());
    return child.stdout;
  }

  /** Runs a command in the guest. Each word is quoted, so nothing is read by the guest's shell that was not meant for it. */
  async exec(command: readonly string[], options: ExecOptions): Promise<ExecResult> {
    const timeoutMs = options.timeoutMs ?? EXEC_MS;
    const child = execa('ssh', [...this.#options, this.#address, this.#remote(command)], {
      reject: false,
      timeout: timeoutMs,
      input: options.input ?? '',
      cancelSignal: options.signal,
      stripFinalNewline: false,
    });
    // It catches the signal, and ends by itself then.
    child.once('exit', () => child.killed && destroyStreams(child));
    const result = await child;
    options.signal?.throwIfAborted();
    if (result.timedOut) {
      throw machineError(
        'EXEC_TIMEOUT',
        `Gave up waiting for ${options.reason} after ${timeoutMs / 1000} s.`,
        'The guest may be thrashing; its console is in console.log next to the record.',
      );
    }
    // 255 is ssh's own; a command that ends with it looks the same, and none of ours does.
    if (result.exitCode === 255 || result.exitCode === undefined) {
      throw machineError(
        'SSH_BROKEN',
        // Not execa's words, which repeat the whole command.
        `The connection to the guest broke during ${options.reason}: ${result.stderr.trim() || (result.code ?? 'ssh ended without a word')}.`,
        undefined,
        result,
      );
    }
    return { stdout: result.stdout, stderr: result.stderr, exitCode: result.exitCode };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#master?.kill('SIGKILL');
    await this.#master;
  }
}
