import { program } from '../cli.js';
import type { Reporter } from '../report/reporter.js';

/** What a command of ours came to, run in this very process. */
export interface Ran {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number | undefined;
}

/**
 * Runs a command line, as `cli.ts` does, without its handling of errors that commander throws. Nothing else may print meanwhile:
 * await it before the next assertion.
 */
export async function runCommandLine(words: readonly string[], reporters?: readonly Reporter[]): Promise<Ran> {
  const oomdrill = program('0', { reporters });
  return withOutputKept(() => oomdrill.parseAsync(['node', 'oomdrill', ...words]));
}

/** Keeps what is printed while `work` goes on, and the exit status that it sets, from this process. */
export async function withOutputKept(work: () => Promise<unknown>): Promise<Ran> {
  const before = process.exitCode;
  process.exitCode = undefined;
  const [stdout, stderr] = [keep(process.stdout), keep(process.stderr)];
  try {
    await work();
  } finally {
    stdout.restore();
    stderr.restore();
  }
  const exitCode = process.exitCode as number | undefined;
  process.exitCode = before;
  return { stdout: stdout.kept(), stderr: stderr.kept(), exitCode };
}

function keep(stream: NodeJS.WriteStream) {
  const { write } = stream;
  let text = '';
  stream.write = (part: string | Uint8Array) => {
    text += String(part);
    return true;
  };
  return {
    kept: () => text,
    restore() {
      stream.write = write;
    },
  };
}
