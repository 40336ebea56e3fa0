import { clearLine, cursorTo } from 'node:readline';
import { startClock } from '../core/clock.js';
import { type PrintableText, textOf } from '../core/printable-text.js';
import { printError } from '../core/standard-streams.js';
import type { Progress } from '../machine/machine.js';
import type { Entry } from '../record/schema.js';
import { chooseStyle } from '../report/layout.js';
import { createStatus, type DrillStatus, renderStatus, updateStatus } from '../report/status.js';

/** How a command says what it is about while it works. */
export interface ProgressDisplay {
  readonly progress: Progress;
  /** Called with every entry of the running drills. */
  readonly onEntry: (scenario: string, entry: Entry) => void;
  /** Nothing is said from now on, and nothing half-said is left on the terminal. */
  stop(): void;
}

/** A stream that progress is written to, such as standard error. */
export type ProgressStream = NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number };

/** Progress as lines on standard error, each with the seconds since the start: `[  12.3 s] baseline: 5.0 s`. */
export function progressOnStderr(): Progress {
  const clock = startClock();
  return (...lines) => printError(stamped(lines, clock.now()));
}

const stamped = ([line, ...below]: Parameters<Progress>, ms: number): PrintableText =>
  textOf([`[${(ms / 1000).toFixed(1).padStart(6)} s] ${line}`, ...below]);

/** How often the status is drawn anew, milliseconds. */
const REDRAW_MS = 500;

/**
 * Says progress line by line; on a terminal the last line is the status of the drill that runs, of several the one that began
 * first. Quiet, it says nothing.
 *
 * @param expectedMs how long a drill of this scenario is expected to take
 */
export function showProgress(
  stream: ProgressStream,
  { quiet, env }: { quiet: boolean; env: Readonly<Record<string, string | undefined>> },
  expectedMs: (scenario: string) => number,
): ProgressDisplay {
  if (quiet) return { progress: () => {}, onEntry: () => {}, stop: () => {} };
  const clock = startClock();
  if (!stream.isTTY || env.TERM === 'dumb')
    return { progress: (...lines) => stream.write(stamped(lines, clock.now())), onEntry: () => {}, stop: () => {} };

  const running = new Map<string, DrillStatus>();
  const erase = () => {
    cursorTo(stream, 0);
    clearLine(stream, 0);
  };
  const draw = () => {
    erase();
    const [first] = running.values();
    // One column stays free: a line that fills the terminal's last one wraps on some.
    const { columns } = chooseStyle(stream, env);
    if (first) stream.write(renderStatus(first, clock.now(), columns - 1));
  };
  const timer = setInterval(draw, REDRAW_MS).unref();
  return {
    progress(...lines) {
      erase();
      stream.write(stamped(lines, clock.now()));
      draw();
    },
    onEntry(scenario, entry) {
      const now = clock.now();
      if (entry.type === 'end') running.delete(scenario);
      else {
        const before = running.get(scenario) ?? createStatus(scenario, now, expectedMs(scenario));
        running.set(scenario, updateStatus(before, entry, now));
      }
    },
    stop() {
      clearInterval(timer);
      running.clear();
      erase();
    },
  };
}
