import type { Writable } from 'node:stream';

/** The clock and the files of the guest that is sampled. */
interface Sampled {
  readonly monotonicMs: number;
  read(path: string): string | undefined;
}

interface Source {
  readonly key: string;
  readonly path: string;
  /** Only lines that contain this text are kept. */
  readonly keep: string;
  /** The number of ticks from one reading to the next. */
  readonly every: number;
}

/**
 * Writes lines as guest/sampler.c does, with the same arguments. Its ticks have consecutive numbers: a delay of the
 * test process must not count as a missed sample.
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

/** @throws Error for an invalid argument */
function parseSource(argument: string): Source {
  const [, key, path, keep = '', every = '1'] = /^([^=]+)=([^~]+?)(?:~(.*?))?(?:@(\d+))?$/.exec(argument) ?? [];
  if (key === undefined || path === undefined)
    throw new Error(`the fake sampler's argument must be KEY=PATH[~SUBSTRING][@EVERY] (got ${argument})`);
  return { key, path, keep, every: Number(every) };
}

function readSource(guest: Sampled, { path, keep }: Source): string | undefined {
  // The accept queue is empty: the server runs in this process and not in the guest.
  if (path.startsWith('listen:')) return '0';
  const lines = guest.read(path)?.split('\n');
  return lines?.filter((line) => line.includes(keep)).join('\n');
}
