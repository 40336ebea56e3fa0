import type { SavedLogLine } from '../log-lines.js';

/** What a log or a tool says about the end of something, other than the kernel's own lines. */
export interface Statement {
  /**
   * What it is evidence of.
   * - `stopped`: a unit or a container ended because of an OOM kill;
   * - `killed-all`: a killer ended all processes of a cgroup, a unit or a pod;
   * - `killed-one`: a killer other than the kernel ended one process, or its group;
   * - `oom-kill`: an OOM killer killed in a unit or container, and what became of the rest is open;
   * - `survived`: an OOM killer killed in a container, whose first process goes on;
   * - `alive`: a unit runs;
   * - `sigkill`: something ended by SIGKILL, and the sender is not known;
   * - `unknown`: it sounds like a kill, and is not of a killer that is known here;
   * - `note`: anything else that is worth saying.
   */
  readonly shows:
    | 'stopped'
    | 'killed-all'
    | 'killed-one'
    | 'oom-kill'
    | 'survived'
    | 'alive'
    | 'sigkill'
    | 'unknown'
    | 'note';
  /** In a sentence, with its source. */
  readonly text: string;
  /** The unit or container it is about, where it is named. */
  readonly subject?: string;
  /** The process that an OOM killer killed, where it is named and its cgroup is not. */
  readonly victim?: string;
  /** The program that killed, where it has a status of its own to look at. */
  readonly killer?: 'systemd-oomd';
  /** Whether the kernel itself killed, though not its OOM killer. */
  readonly isOfKernel?: boolean;
  /** When it was, as the log writes it; of a unit that runs, since when. */
  readonly at?: string;
  /** Of a container in which an OOM killer killed: the code of an error with which it ended afterwards. */
  readonly endedWith?: string;
  /** Of a unit that runs: its main process, and what systemd does with the rest after an OOM kill. */
  readonly mainPid?: number;
  readonly oomPolicy?: string;
  readonly restarts?: number;
}

/** A text that a user saved, and its lines without what a log puts before a message. */
export interface SavedText {
  readonly text: string;
  readonly lines: readonly SavedLogLine[];
}

/** Reads what one killer, or what reports kills, says. */
export type StatementReader = (saved: SavedText) => Statement[];
