import type { Writable } from 'node:stream';

/** What the sampler reads: the guest's clock and its files. */
interface Sampled {
  readonly monotonicMs: number;
  read(path: string): string | undefined;
}

interface Source {
  readonly key: string;
  readonly path: string;
  /** Only lines that hold this. */
  readonly keep: string;
  /** Read at every so many ticks. */
  readonly every: number;
}

/**
 * Writes lines as guest/sampler.c does, by the same arguments. Its ticks are numbered one by one: what the process that runs the tests
 * is late by is no sample that a guest missed.
 */
export class FakeSampler {
  readonly #timer: NodeJS.Timeout;

  /** @param command the sampler's own, with `--interval-ms` and `KEY=PATH[~SUBSTRING][@EVERY]` */
  constructor(guest: Sampled, command: readonly string[], out: Writable) {
    const intervalMs = Number(command[command.indexOf('--interval-ms') + 1]);
    const sources = command.slice(command.indexOf('--out') + 2).map(parseSource);
    let n = 0;
    const tick = () => {
      const files: Record<string, string> = {};
      for (const source of sources) {
        const text = n % source.every === 0 ? readSource(guest, source) : undefined;
        if (text !== undefined) files[source.key] = text;
      }
      out.write(`${JSON.stringify({ n, mono: guest.monotonicMs, wall: Date.now(), cpu: n / 100, files })}\n`);
      n += 1;
    };
    tick();
    this.#timer = setInterval(tick, intervalMs);
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}

/** @throws Error for what is no source */
function parseSource(argument: string): Source {
  const [, key, path, keep = '', every = '1'] = /^([^=]+)=([^~]+?)(?:~(.*?))?(?:@(\d+))?$/.exec(argument) ?? [];
  if (key === undefined || path === undefined) throw new Error(`the fake sampler cannot read ${argument}`);
  return { key, path, keep, every: Number(every) };
}

function readSource(guest: Sampled, { path, keep }: Source): string | undefined {
  // Nobody waits to be accepted: the server of the tests is one of this process.
  if (path.startsWith('listen:')) return '0';
  const lines = guest.read(path)?.split('\n');
  return lines?.filter((line) => line.includes(keep)).join('\n');
}
