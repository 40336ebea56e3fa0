import { HALF_SPEED, NOISES, type Noise } from './noises.js';

/** One thing that is drilled again and again. */
export interface Cell {
  readonly scenario: string;
  /** Replaces the scenario's own bundle. */
  readonly bundle?: string;
  readonly guest: string;
  /** As `--scale` takes it. */
  readonly scale: string;
  /** Absent: a quiet host. */
  readonly noise?: Noise;
  /** What a drill of it must say, if it says anything: `fail` for limits that are known to be bad. */
  readonly truth: 'pass' | 'fail';
}

/** The three scenarios of the core suite. */
const CORE = ['2026-07-02-throttle-livelock', '2026-07-02-fixed', 'runaway-past-max'] as const;

/** A claim about limits that do not hold it: that of the repair, about the limits of the incident. */
const FALSE_CLAIM = { scenario: '2026-07-02-fixed', bundle: 'devvm-2026-07-02', truth: 'fail' } as const;

const WHAT = [...CORE.map((scenario) => ({ scenario, truth: 'pass' }) as const), FALSE_CLAIM];

/** The core scenarios on a quiet host, on each guest and at two scales. */
export const QUIET: readonly Cell[] = ['trixie', 'bookworm'].flatMap((guest) =>
  ['1/8', '1/16'].flatMap((scale) => WHAT.map((what) => ({ ...what, guest, scale }))),
);

/** The same under every kind of noise, in an order in which a night that ends early has seen all kinds. */
export const NOISY: readonly Cell[] = WHAT.flatMap((_, round) =>
  NOISES.map((noise, index) => {
    const what = WHAT[(index + round) % WHAT.length] ?? FALSE_CLAIM;
    return { ...what, guest: 'trixie', scale: '1/8', noise };
  }),
);

/** All scenarios of the nightly suite, on a quiet host or under noise. */
export const nightlyCells = (scenarios: readonly string[], noise?: Noise): Cell[] =>
  scenarios.map((scenario) => ({
    scenario,
    guest: 'trixie',
    scale: 'auto',
    truth: 'pass',
    ...(noise === undefined ? {} : { noise }),
  }));

/** The nightly suite on a host of half the speed. */
export const halfSpeedCells = (scenarios: readonly string[]): Cell[] => nightlyCells(scenarios, HALF_SPEED);
