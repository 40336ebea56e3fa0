/** Bounds of the judgement. Each says why it is where it is. */
export const BOUNDS = {
  /** Samples missing beyond this leave room for an event that nobody saw. Percent of the ordeal's ticks. */
  missingSamplesPercent: 5,
  /** The schedule is the harness' own: requests that vanish mean that the prober broke. Percent of those that must have ended. */
  missingProbesPercent: 1,
  /** A harness that stood still this long may have made the gap it measured. */
  hostStallMs: 1_000,
  /** Beyond this the host above us takes so much that timings are its, not ours. */
  stealPercent: 25,
  /** A guest whose CPUs have less of the host's cores to themselves answers late for the host's sake. Share of its CPUs. */
  guestCoresShare: 0.7,
  /** The host's wall clock must not be set while a drill is timed. */
  clockJumpMs: 1_000,
  /** A server that is not well before the injection proves nothing by being unwell after it. */
  baselineGapMs: 2_000,
  /** A quarter of the incident's window: what a user notices as an outage, short of a disconnect. */
  degradedGapMs: 5_000,
  /** Median of the hold: ten times what a healthy server needs even under emulation. */
  degradedMedianMs: 500,
  /** memory.current may pass memory.max by batches of charges that are under way; by no more than this. */
  escapedShare: 0.01,
  /** The whole box is out of memory when less than this share of it is available. */
  boxAvailableShare: 0.02,
} as const;
