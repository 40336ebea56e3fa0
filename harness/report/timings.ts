import { formatSeconds } from '../core/clock.js';
import { type PrintableText, type TextLine, textOf } from '../core/printable-text.js';
import type { Timings } from '../record/schema.js';
import type { RunSummary } from '../verdict/summary.js';
import type { TerminalStyle } from './layout.js';
import { nameRun } from './words.js';

/** A part of a drill, and how long it took, milliseconds. */
export interface TimedPart {
  readonly name: string;
  readonly ms: number;
}

/** The parts of a drill in their order, by their names for people, with what gives the time of each. */
const PARTS: readonly (readonly [string, (timings: Timings) => number | undefined])[] = [
  ['restore', ({ machineMs }) => machineMs],
  ['install', ({ installMs }) => installMs],
  ['settle', ({ settleMs }) => settleMs],
  ['baseline', ({ baselineMs }) => baselineMs],
  ['growth', ({ rampMs }) => rampMs],
  ['hold', ({ holdMs }) => holdMs],
  ['repair', ({ repairMs }) => repairMs],
  ['recovery', ({ recoveryMs }) => recoveryMs],
  ['evidence', ({ evidenceMs }) => evidenceMs],
];

/** What the parts leave of the whole drill: the speed of the guest, its release, and in older records all that they do not hold. */
const REST = 'other';

/** Where the time of a drill went; parts that took none are left out. */
export function listParts(timings: Timings): readonly TimedPart[] {
  const parts = PARTS.map(([name, read]) => ({ name, ms: read(timings) ?? 0 }));
  const rest = timings.totalMs - parts.reduce((sum, { ms }) => sum + ms, 0);
  return [...parts, { name: REST, ms: Math.max(0, rest) }].filter(({ ms }) => ms > 0);
}

/** The longest name, so that the bars begin below each other. */
const NAME_WIDTH = Math.max(...PARTS.map(([name]) => name.length));

/** Renders a bar for each part of each drill, all at one scale. A drill that did not get to its end has none. */
export function renderTimings(runs: readonly RunSummary[], { columns }: Pick<TerminalStyle, 'columns'>): PrintableText {
  const timed = runs.flatMap((run) =>
    run.timings ? [{ run, timings: run.timings, parts: listParts(run.timings) }] : [],
  );
  const longestMs = Math.max(1, ...timed.flatMap(({ parts }) => parts.map(({ ms }) => ms)));
  const room = Math.max(10, columns - NAME_WIDTH - '     100.0 s '.length);
  const lines: TextLine[] = [];
  for (const { run, timings, parts } of timed) {
    if (lines.length > 0) lines.push('');
    lines.push(`${nameRun(run)}: ${formatSeconds(timings.totalMs)}`);
    for (const { name, ms } of parts) {
      const bar = '#'.repeat(Math.round((ms / longestMs) * room));
      lines.push(`    ${name.padEnd(NAME_WIDTH)} ${formatSeconds(ms).padStart(7)} ${bar}`.trimEnd());
    }
  }
  return textOf(lines);
}
