import { formatBytes } from '../core/bytes.js';
import { formatSeconds } from '../core/clock.js';
import { formatCount } from '../core/count.js';
import { describeLoggedKills } from './describe-kills.js';
import type { CgroupEvidence, SavedEvidence } from './evidence.js';
import { countFacts, type Facts } from './facts.js';
import type { QuietLog } from './quiet-log.js';
import { growthOf } from './readings.js';
import { describeV1 } from './v1.js';

/** Describes the saved numbers themselves. */
export function describeNumbers(evidence: SavedEvidence, facts: Facts): string[] {
  const { log, quiet, hostPressure, ignoredFiles, unclear } = evidence;
  const numbers = describeCgroup(evidence, facts);
  numbers.push(...describeBelow(evidence.below));
  const host = hostPressure.at(-1);
  if (host)
    numbers.push(
      `PSI of the whole host: ${describePercent('full', host.full)}, ${describePercent('some', host.some)}.`,
    );
  numbers.push(...describeLoggedKills(log));
  // The output of a tool, such as `docker inspect`, is not a log.
  const isLog = !quiet?.isUnsigned || log.statements.length === 0;
  const killed = log.kills.length > 0 || log.statements.some(({ isOfKernel }) => isOfKernel);
  if (quiet?.hasKernelLines !== undefined && !killed && isLog) numbers.push(describeQuiet(quiet));
  numbers.push(...unclear);
  if (ignoredFiles.length > 0) numbers.push(`Ignored: ${ignoredFiles.join(', ')}.`);
  return numbers;
}

/** More cgroups below are counted, and not described. */
const MAX_BELOW = 8;

/** One line for each cgroup below, those first that counted the most. */
function describeBelow(below: readonly CgroupEvidence[]): string[] {
  const each = below.map((cgroup) => ({ cgroup, facts: countFacts(cgroup) }));
  each.sort((one, other) => harmIn(other.facts) - harmIn(one.facts));
  const lines = each
    .slice(0, MAX_BELOW)
    .map(({ cgroup, facts }) => `Below it, ${cgroup.cgroup}: ${describeCgroup(cgroup, facts).join(' ')}`);
  return each.length > MAX_BELOW ? [...lines, `${formatCount(each.length - MAX_BELOW)} more below it.`] : lines;
}

/** Orders cgroups by what happened in them: kills first, then how long all tasks stood still, then limits reached. */
const harmIn = ({ kills, stall, high, max }: Facts): number =>
  (kills ?? 0) * 1e12 + (stall ?? 0) * 1e9 + Math.min((high ?? 0) + (max ?? 0), 1e8);

/** A kill by the kernel is in the kernel's own lines, or nowhere: without them a log is silent about it. */
function describeQuiet({ hasKernelLines, isUnsigned }: QuietLog): string {
  if (hasKernelLines) return 'The log has lines of the kernel, and no kill by the kernel among them.';
  return isUnsigned
    ? 'The lines do not say whether the kernel wrote any of them, and none has its words for a kill.'
    : 'The log has no line of the kernel, so a kill by the kernel could not be in it.';
}

/** Describes the numbers of one cgroup. */
function describeCgroup(cgroup: CgroupEvidence, facts: Facts): string[] {
  const { events, pressure, stat, current, high, max, oomGroup, v1 } = cgroup;
  const numbers: string[] = [];
  if (v1) numbers.push(describeV1(v1));
  if (events.length > 0) numbers.push(describeEvents('memory.events', events, facts));
  if (cgroup.localEvents.length > 0)
    numbers.push(describeEvents('memory.events.local, without the cgroups below,', cgroup.localEvents, facts.own));
  if (pressure.length > 0) numbers.push(describePressure(pressure, facts));
  if (stat.length > 0) numbers.push(describeStat(stat));
  if (oomGroup !== undefined) numbers.push(`memory.oom.group is ${oomGroup ? 1 : 0}.`);
  const sizes = Object.entries({ 'memory.current': current, 'memory.high': high, 'memory.max': max })
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name} ${value === Infinity ? 'none' : formatBytes(value ?? 0)}`);
  if (sizes.length > 0) numbers.push(`${sizes.join(', ').replace(' ', ' is ')}.`);
  return numbers;
}

const describeSpan = (readings: readonly unknown[]): string =>
  readings.length > 1 ? 'between the readings' : 'since the cgroup was created';

function describeEvents(name: string, events: readonly unknown[], counts: Facts['own']): string {
  const { high, max, oom, kills, groupKills } = counts;
  const known = [count('high', high), count('max', max)];
  if (oom !== 0) known.push(count('oom', oom));
  known.push(count('oom_kill', kills));
  if (groupKills !== 0) known.push(count('oom_group_kill', groupKills));
  return `${name} ${describeSpan(events)}: ${known.filter(Boolean).join(', ') || 'no counter that is used'}.`;
}

const count = (name: string, value: number | undefined): string =>
  value === undefined ? '' : `${formatCount(value)} ${name}`;

function describePressure(pressure: CgroupEvidence['pressure'], { stall, someStall, stalledMs }: Facts): string {
  const some = someStall === undefined ? '' : ` PSI some: up to ${someStall} %.`;
  if (stall === undefined) return `PSI full is unknown.${some}`;
  const total = stalledMs === undefined ? '' : `, a total of ${formatSeconds(stalledMs)} ${describeSpan(pressure)}`;
  return `PSI full: up to ${stall} % of the last 10, 60 or 300 s${total}.`;
}

function describePercent(
  kind: string,
  line: { readonly avg10: number; readonly avg60: number; readonly avg300: number } | undefined,
): string {
  return line ? `${kind} up to ${Math.max(line.avg10, line.avg60, line.avg300)} %` : `${kind} unknown`;
}

/** Linux 5.9 counts refaults of file pages apart from those of anonymous memory; before, one key has both. */
function describeStat(stat: CgroupEvidence['stat']): string {
  const { anon, file } = stat.at(-1) ?? {};
  const parts: string[] = [];
  if (anon !== undefined) parts.push(`${formatBytes(anon)} anonymous`);
  if (file !== undefined) parts.push(`${formatBytes(file)} page cache`);
  const ofFile = growthOf(stat, 'workingset_refault_file');
  const ofAll = growthOf(stat, 'workingset_refault');
  if (ofFile !== undefined) parts.push(`${formatCount(ofFile)} refaults of file pages`);
  else if (ofAll !== undefined) parts.push(`${formatCount(ofAll)} refaults`);
  else parts.push('refaults unknown');
  return `memory.stat: ${parts.join(', ')}.`;
}
