import type { Entry, EntryOf } from './schema.js';

type Sample = EntryOf<'sample'>;

/** No hold of the catalogue is as long: samples are left out of later parts of a hold alone. Milliseconds. */
export const THIN_AFTER_MS = 80_000;

/** Around whatever happens, all samples stay: what is measured there lies between two neighbours. Milliseconds. */
const MARGIN_MS = 1_500;

/** A pause between two answers that is longer may be a silence, which is measured from its first moment to its last. Milliseconds. */
const PAUSE_MS = 1_000;

/** A sample is decided on when so much more has been seen: whether a pause has begun shows only afterwards. Milliseconds. */
const LAG_MS = MARGIN_MS + PAUSE_MS;

/** These ticks have what is read now and then, and stay. */
const EVERY = 5;

/** Entries that come all the time, and mark nothing. */
const STEADY: ReadonlySet<Entry['type']> = new Set([
  'sample',
  'probe',
  'canary',
  'sidecar',
  'login',
  'load',
  'host',
  'clock',
]);

/**
 * Leaves samples out of a long hold in a steady state, four of five: where no answer comes late or is missing, no count of kills or
 * progress of an injection changes, and nothing else happens. Requests, and all other entries, stay. A sample says how many before it
 * were left out.
 */
export class Thinning {
  #heldSince: number | undefined;
  #last: Sample | undefined;
  #pending: Sample[] = [];
  #leftOut = 0;
  /** Moments at which something happened. */
  #edges: number[] = [];
  /** When each of those that are asked answered last. */
  readonly #answered = new Map<string, number>();
  readonly #extremes = new Map<string, readonly [least: number, most: number]>();

  /** What of the record may be written now that this was seen, in the order in which it must be. */
  take(entry: Entry): Entry[] {
    if (entry.type !== 'sample') return this.#takeOther(entry);
    if (this.#last && isNews(this.#last, entry)) this.#edges.push(this.#last.t, entry.t);
    this.#last = entry;
    this.#pending.push(entry);
    return this.#decide(this.#isLong(entry.t) ? entry.t - LAG_MS : Number.POSITIVE_INFINITY, entry.t);
  }

  /** What still waits, once nothing more comes. */
  rest(): Entry[] {
    return this.#decide(Number.POSITIVE_INFINITY, this.#last?.t ?? 0);
  }

  #takeOther(entry: Entry): Entry[] {
    if (!STEADY.has(entry.type) && 't' in entry) this.#edges.push(entry.t);
    if ('ok' in entry && entry.ok) this.#takeAnswer(entry);
    const isPhase = entry.type === 'phase';
    const before = isPhase || entry.type === 'end' ? this.#decide(Number.POSITIVE_INFINITY, entry.t) : [];
    if (isPhase) this.#heldSince = entry.name === 'hold' ? entry.t : undefined;
    return [...before, entry];
  }

  #takeAnswer(entry: EntryOf<'probe' | 'canary' | 'sidecar' | 'login'>): void {
    const source = entry.type === 'sidecar' ? `sidecar ${entry.unit}` : entry.type;
    const before = this.#answered.get(source) ?? entry.t;
    if (entry.t - before > PAUSE_MS) this.#edges.push(before, entry.t);
    this.#answered.set(source, entry.t);
  }

  #isLong(t: number): boolean {
    return this.#heldSince !== undefined && t - this.#heldSince > THIN_AFTER_MS;
  }

  /** Decides on all samples up to a moment. */
  #decide(until: number, now: number): Sample[] {
    const kept: Sample[] = [];
    for (let sample = this.#pending[0]; sample !== undefined && sample.t <= until; sample = this.#pending[0]) {
      this.#pending.shift();
      const isExtreme = this.#noteExtremes(sample);
      if (!this.#isLong(sample.t) || sample.seq % EVERY === 0 || isExtreme || this.#isNearEdge(sample, now)) {
        kept.push(this.#leftOut === 0 ? sample : { ...sample, thinned: this.#leftOut });
        this.#leftOut = 0;
      } else this.#leftOut++;
    }
    const oldest = this.#pending[0]?.t ?? now;
    this.#edges = this.#edges.filter((t) => t >= oldest - MARGIN_MS);
    return kept;
  }

  #isNearEdge({ t }: Sample, now: number): boolean {
    const paused = [...this.#answered.values()].filter((answered) => now - answered > PAUSE_MS);
    return [...this.#edges, ...paused].some((edge) => Math.abs(edge - t) <= MARGIN_MS);
  }

  /** Whether a size of a cgroup was never as small or as large in this drill. */
  #noteExtremes({ cgroups }: Sample): boolean {
    let isExtreme = false;
    for (const [role, { current, stat }] of Object.entries(cgroups))
      for (const [what, value] of [
        ['current', current],
        ['file', stat.file],
      ] as const) {
        if (value === undefined) continue;
        const key = `${role} ${what}`;
        const [least, most] = this.#extremes.get(key) ?? [value, value];
        if (value < least || value > most) isExtreme = true;
        this.#extremes.set(key, [Math.min(least, value), Math.max(most, value)]);
      }
    return isExtreme;
  }
}

/** What of two samples in a row must be alike, or something happened between them. */
function isNews(before: Sample, after: Sample): boolean {
  return after.seq !== before.seq + 1 || JSON.stringify(stateOf(before)) !== JSON.stringify(stateOf(after));
}

const stateOf = ({ cgroups, server, listen, progress }: Sample): unknown => [
  Object.entries(cgroups).map(([role, { events }]) => [role, events.oom, events.oom_kill, events.oom_group_kill]),
  server && [server.pid, taskKind(server.task)],
  listen === null || listen === undefined,
  Object.entries(progress).map(([name, { state, pid, task }]) => [name, state, pid, task && taskKind(task)]),
];

/** Stopped, gone, or neither (proc_pid_stat(5)). */
const taskKind = (task: string): string => (/^[Tt]$/.test(task) ? 'stopped' : /^[-ZXx]$/.test(task) ? 'gone' : 'lives');
