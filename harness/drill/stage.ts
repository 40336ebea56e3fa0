import type { Machine, Progress } from '../machine/machine.js';
import type { MachineCapabilities } from '../machine/provider.js';
import type { HelperProcesses } from '../observe/helper-processes.js';
import type { Header } from '../record/schema.js';
import type { DrillDeadline } from './drill-deadline.js';
import type { Pace } from './pace.js';
import type { PlannedDrill } from './plan.js';
import type { Recorder } from './recorder.js';

/** What is written down of a drill, and what watches it. */
export type Recording = Pick<Recorder, 'clock' | 'write' | 'phase' | 'watch' | 'throwIfBroken'>;

/** What a drill is carried out with, once its machine has the bundle. */
export interface Stage {
  readonly plan: PlannedDrill;
  /** Whose commands may take as long as its guest's speed asks for. */
  readonly machine: Machine;
  readonly capabilities: Pick<MachineCapabilities, 'swap'>;
  /** How fast the guest is. */
  readonly pace: Pace;
  /** The drill's own, which a long wait postpones. */
  readonly deadline: Pick<DrillDeadline, 'postpone'>;
  readonly recorder: Recording;
  /** Processes of this host that work for the drill. */
  readonly helpers: HelperProcesses;
  readonly settings: Pick<Header, 'watchdog' | 'probe' | 'load' | 'sampleIntervalMs' | 'wayIn'>;
  /** A directory of this host for files of the drill. */
  readonly workDir: string;
  /** Whether a hold lasts as long as the scenario says, also where it is decided before. */
  readonly fullHold: boolean;
  /** Whether the server is the stand-in, which gives a session for any ticket. */
  readonly standIn: boolean;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}
