import { program } from '../cli.js';

/** The output and exit status of a command that ran in this process. */
export interface Ran {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number | undefined;
}

/**
 * Runs a command line as `cli.ts` does, but without its handling of commander's errors. Await it before the next
 * assertion: nothing else may print in the meantime.
 */
export async function runCommandLine(args: readonly string[], parts?: Parameters<typeof program>[1]): Promise<Ran> {
  const oomdrill = program('0', parts);
  return withOutputKept(() => oomdrill.parseAsync(['node', 'oomdrill', ...args]));
}

/** Captures what is printed during `work`, and the exit status that it sets, and hides both from this process. */
export async function withOutputKept(work: () => Promise<unknown>): Promise<Ran> {
  const before = process.exitCode;
  process.exitCode = undefined;
  const [stdout, stderr] = [captureStream(process.stdout), captureStream(process.stderr)];
  try {
    await work();
  } finally {
    stdout.restore();
    stderr.restore();
  }
  const exitCode = process.exitCode as number | undefined;
  process.exitCode = before;
  return { stdout: stdout.text(), stderr: stderr.text(), exitCode };
}

function captureStream(stream: NodeJS.WriteStream) {
  const { write } = stream;
  let text = '';
  stream.write = (part: string | Uint8Array) => {
    text += String(part);
    return true;
  };
  return {
    text: () => text,
    restore() {
      stream.write = write;
    },
  };
}
