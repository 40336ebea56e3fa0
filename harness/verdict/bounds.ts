/** Bounds of the judgement. Each comes with the reason for its value. */
export const BOUNDS = {
  /** If more samples are missing, an event may have passed unseen. Percent of the ticks in the stress window. */
  missingSamplesPercent: 5,
  /**
   * The harness sets the schedule, so missing requests mean that the prober broke. Percent of those that must have
   * ended.
   */
  missingProbesPercent: 1,
  /** A harness that stalled for this long may have caused the gap that it measured. */
  hostStallMs: 1_000,
  /** Above this, the hypervisor of the host takes so much CPU time that timings say nothing about the guest. */
  stealPercent: 25,
  /** A guest whose CPUs get less of the host's cores answers late because of the host. Share of the guest's CPUs. */
  guestCoresShare: 0.7,
  /** The host's wall clock must not be set while a drill is timed. */
  clockJumpMs: 1_000,
  /** If the server is not healthy before the injection, its state afterwards proves nothing. */
  baselineGapMs: 2_000,
  /** A quarter of the incident's window: what a user notices as an outage, short of a disconnect. */
  degradedGapMs: 5_000,
  /** Median of the hold: ten times what a healthy server needs even under emulation. */
  degradedMedianMs: 500,
  /** Batches of charges in progress may take memory.current past memory.max, but by no more than this share. */
  escapedShare: 0.01,
  /** The whole guest is out of memory when less than this share of it is available. */
  boxAvailableShare: 0.02,
} as const;
