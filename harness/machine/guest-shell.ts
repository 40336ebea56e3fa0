// In a file of its own, because users' injections see it: its declaration needs no types of Node.js.

/** How long a command may take where nothing else is said, milliseconds. */
export const EXEC_MS = 60_000;

export interface ExecOptions {
  /** Completes "gave up waiting for ...". */
  readonly reason: string;
  /** `EXEC_MS` by default. */
  readonly timeoutMs?: number;
  readonly input?: string | Uint8Array;
  readonly signal?: AbortSignal | undefined;
}

export interface ExecResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

/** As much of a machine as is needed to run commands in it. */
export interface GuestShell {
  /** Runs a command as root; a status other than 0 is a result, not an error. */
  exec(command: readonly string[], options: ExecOptions): Promise<ExecResult>;
}
