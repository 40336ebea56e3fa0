import { execa } from 'execa';
import type { ProbeSpec } from '../../bundle/probe.js';
import { type Probe, saidIn } from '../probe.js';

type ExecSpec = Omit<Extract<ProbeSpec, { kind: 'exec' }>, 'kind'>;

/** A client that goes on after SIGTERM is killed after this time. */
const PATIENCE_MS = 1_000;

/** Runs a program of this host for each request: its exit status is the answer. What it prints may hold secrets, and is not read. */
export function createExecProbe({ command: [program = '', ...args] }: ExecSpec): Probe {
  return {
    name: 'exec',
    async ask({ host, port }, signal) {
      const {
        exitCode,
        failed,
        code,
        signal: by,
      } = await execa(program, args, {
        env: { HOST: host, PORT: String(port) },
        stdin: 'ignore',
        stdout: 'ignore',
        stderr: 'ignore',
        cancelSignal: signal,
        forceKillAfterDelay: PATIENCE_MS,
        reject: false,
      });
      if (!failed) return { ok: true, status: 0 };
      if (code === 'ENOENT') return { ok: false, error: code, said: `${program} is not installed on this host` };
      if (exitCode === undefined)
        return { ok: false, error: 'closed', said: saidIn(`${program} was ended by ${by ?? code}`) };
      return { ok: false, status: exitCode, error: 'bad-answer', said: `${program} exited with status ${exitCode}` };
    },
  };
}
