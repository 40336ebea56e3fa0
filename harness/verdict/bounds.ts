/** Bounds of the judgement. Each comes with the reason for its value. */
export const BOUNDS = {
  /** If more samples are missing, an event may have passed unseen. Percent of the ticks in the stress window. */
  missingSamplesPercent: 5,
  /**
   * The same for a drill with a canary. What is judged is counted by the kernel since boot (events, stall totals), and
   * the canary tells whether the guest was seen at all: half of the samples are still five a second.
   */
  missingSamplesWithCanaryPercent: 50,
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

  /**
   * A silence that the canary shared for at least this part is not the cgroup's. Of a shorter one the canary's part is
   * subtracted.
   */
  sharedShare: 0.5,
  /**
   * A silence has to do with the memory of a cgroup if some of its tasks waited for memory for this share of it. Under
   * any load of the host a healthy server waits for 0.000 of it, up to a silence of 33 s; at a limit it is 0.04 to 0.91.
   */
  memoryStallShare: 0.02,
  /**
   * The same for the memory of the whole guest where no limit acted. In thrash it is 0.4 to 0.98; as little as 0.01 where
   * nothing at all is available: below `boxAvailableShare` the bound of a cgroup holds, or pages that are read in again.
   */
  boxMemoryStallShare: 0.1,
  /**
   * And only with less than this share of the guest's memory available: a limit of a cgroup that is not sampled shows in
   * the guest's stall as well. Where limits were at work at least 0.19 was left, in thrash less than 0.02.
   */
  boxThrashAvailableShare: 0.1,
  /**
   * A silence has to do with the CPU or the disk if tasks waited for it for this share of the silence: most of it. A
   * hog that grows next to a healthy server takes less.
   */
  waitingShare: 0.5,
  /** A guest that gives no sample for this share of a silence, at ten samples a second, stood still in it. */
  stoppedShare: 0.5,
  /** Shorter pauses of the samples are those of a busy guest. */
  stoppedMs: 1_000,
  /**
   * A guest that can have this share of its CPUs from the host, or more, is taken as undisturbed: repeated drills of a
   * quiet host differ by as much. With less, what was not spent waiting for memory may be longer by the host's doing.
   */
  quietShare: 0.9,
  /** The median of the canary's answers, over its fastest: 1.4 on an idle host, also next to a livelock. */
  typicalCanary: 1.5,
  /** From here on the guest had too little CPU: 3.6 to 5.4 were seen with ten runnable processes on two cores. */
  slowCanary: 3,
  /**
   * A guest that is so many times as slow as usual takes clearly longer for the same work: those in which the drills of the
   * suites were tried differ by less. In one that was 1.5 to 1.8 times as slow a runaway at memory.max silenced the server for
   * 2.5 to 6.5 s before it was killed, in one of usual speed for 0.3 to 1.5 s.
   */
  slowGuest: 1.25,
  /** A host that waits for its own disk for this share of its CPU time delays the reads of a guest. Percent. */
  hostWaitPercent: 20,
} as const;
