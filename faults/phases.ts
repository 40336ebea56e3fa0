import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';

/** The folders of one run of its own. */
export interface RunDirs {
  readonly cache: string;
  readonly out: string;
}

/** A phase of a run, from the preparation of the machine until that is cleaned up. */
export interface Phase {
  /** A line of the run's progress with which it begins; or, where no line says so, what is on the disk then. */
  readonly begins: RegExp | ((dirs: RunDirs) => Promise<boolean>);
  /** A moment in it is at most so much later, milliseconds. */
  readonly lastsMs: number;
  /** What its run finds in the cache; everything where nothing is said. To build an image takes minutes. */
  readonly cache?: 'nothing' | 'an image';
}

const PHASES = {
  'the image being built': { begins: /building the \S+ guest image/, lastsMs: 20_000, cache: 'nothing' },
  'the trial of KVM': { begins: /trying whether KVM/, lastsMs: 2_500, cache: 'an image' },
  'the first boot': { begins: /booting the \S+ guest once/, lastsMs: 40_000, cache: 'an image' },
  'the snapshot being saved': { begins: isSaving, lastsMs: 1_000, cache: 'an image' },
  'the snapshot being restored': { begins: /drill \S+ on /, lastsMs: 4_000 },
  'the start of the server': { begins: /the guest is up/, lastsMs: 8_000 },
  'the baseline': { begins: /baseline: /, lastsMs: 4_000 },
  'the injection': { begins: /injection/, lastsMs: 10_000 },
  'the hold': { begins: /hold: /, lastsMs: 10_000 },
  'the recovery': { begins: /recovery: /, lastsMs: 6_000 },
  'the clean-up': { begins: hasEnded, lastsMs: 200 },
} as const satisfies Readonly<Record<string, Phase>>;

export type PhaseName = keyof typeof PHASES;

export const phaseOf = (name: PhaseName): Phase => PHASES[name];

/** A moment of a run. */
export interface Moment {
  readonly phase: PhaseName;
  /** After the begin of the phase. */
  readonly afterMs: number;
}

/**
 * Random moments, which a seed decides: every phase before any of them a second time.
 *
 * @param isChosen phases to choose from; all by default
 */
export function chooseMoments(seed: number, count: number, isChosen = (_: Phase) => true): readonly Moment[] {
  const names = (Object.keys(PHASES) as PhaseName[]).filter((name) => isChosen(phaseOf(name)));
  const once = fc.shuffledSubarray(names, { minLength: names.length });
  // Not biased towards its ends, as values of fast-check are otherwise.
  const permille = fc.noBias(fc.integer({ min: 0, max: 1000 }));
  const [rounds = []] = fc.sample(fc.array(once, { minLength: count, maxLength: count }), { seed, numRuns: 1 });
  const permilles = fc.sample(permille, { seed, numRuns: count });
  return rounds
    .flat()
    .slice(0, count)
    .map((phase, index) => ({ phase, afterMs: Math.round(((permilles[index] ?? 0) / 1000) * phaseOf(phase).lastsMs) }));
}

async function isSaving({ cache }: RunDirs): Promise<boolean> {
  const drafts = (await readdir(join(cache, 'snapshots')).catch(() => [])).filter((name) => name.endsWith('.draft'));
  const files = drafts.map((draft) => stat(join(cache, 'snapshots', draft, 'state')).catch(() => undefined));
  return (await Promise.all(files)).some((file) => file !== undefined);
}

async function hasEnded({ out }: RunDirs): Promise<boolean> {
  const records = (await readdir(out, { recursive: true }).catch(() => [])).filter((path) => path.endsWith('.jsonl'));
  const texts = await Promise.all(records.map((path) => readFile(join(out, path), 'utf8').catch(() => '')));
  return texts.some((text) => text.includes('"type":"end"'));
}
