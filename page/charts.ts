import { formatBytes, MIB } from '../harness/core/bytes.js';
import { decodeColumn } from '../harness/report/html/column.js';
import type { AnswerData, CgroupData, DrillData, ProgressData } from '../harness/report/html/model.js';
import type { ChartSpec, Line, Painter } from './chart-spec.js';
import {
  gapPainter,
  killPainter,
  levelLabel,
  levelPainter,
  phasePainter,
  silencePainter,
  type ToSeconds,
  tickPainter,
} from './painters.js';

/** What the charts of one drill share. */
interface Scene {
  readonly data: DrillData;
  readonly seconds: ToSeconds;
  /** Of the samples. */
  readonly x: readonly number[];
}

export function sceneOf(data: DrillData, originMs = 0): Scene {
  const seconds = (ms: number) => (ms - originMs) / 1000;
  return { data, seconds, x: decodeColumn(data.sampleT).map((ms) => seconds(ms ?? 0)) };
}

/** All charts of a drill, from top to bottom; none of what was never seen. */
export function chartsOf(scene: Scene): ChartSpec[] {
  const { data } = scene;
  const [drilled, ...others] = data.sampleT.steps.length === 0 ? [] : data.cgroups;
  const answers = data.answers
    .filter(({ dueT }) => dueT.steps.length > 0)
    .map((answers) => answerChart(scene, answers));
  if (!drilled) return answers;
  return [
    memoryChart(scene, drilled, true),
    eventChart(scene, drilled),
    pressureChart(scene, drilled),
    ...data.progress.map((progress) => progressChart(scene, progress)),
    ...answers,
    queueChart(scene),
    refaultChart(scene, drilled),
    ...others.flatMap((cgroup) => [memoryChart(scene, cgroup, false), pressureChart(scene, cgroup)]),
  ];
}

const known = (values: readonly (number | null)[]): number[] => values.filter((value) => value !== null);
const largest = (values: readonly (number | null)[]): number =>
  values.reduce<number>((most, value) => Math.max(most, value ?? 0), 0);

function backdrop({ data, seconds }: Scene, named = false): Painter[] {
  const unknown = data.cut ? [...data.gaps, { from: data.endT, to: data.endT + 1e9 }] : data.gaps;
  return [phasePainter(data, seconds, named), gapPainter(unknown, seconds)];
}

const foreground = ({ data, seconds }: Scene, named = false): Painter[] => [killPainter(data, seconds, named)];

/** A handful of round values from 0 to the top. */
function ticksUpTo(max: number, base: 2 | 10): number[] {
  const rough = max / 4;
  const power = base ** Math.floor(Math.log(rough) / Math.log(base));
  const step =
    base === 2 ? power : ([1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= rough) ?? power);
  return Array.from({ length: Math.floor(max / step) + 1 }, (_, index) => index * step);
}

/** `memory.current` against the limits, and what it is made of. The top of the axis may be given, to compare. */
export function memoryChart(scene: Scene, cgroup: CgroupData, named: boolean, top?: number): ChartSpec {
  const current = decodeColumn(cgroup.current);
  const limits = limitsAt(scene, cgroup);
  const swap = cgroup.swap && decodeColumn(cgroup.swap);
  const max = top ?? memoryTop(cgroup);
  // Where a limit was repaired, the one that was there before is named.
  const last = (which: 'high' | 'max') => cgroup.limits.findLast((limit) => limit[which] !== null)?.[which];
  const label = (bytes: number | null | undefined, text: string, name: string): Painter[] =>
    bytes === null || bytes === undefined
      ? []
      : [(plot, ctx) => levelLabel(plot, ctx, bytes, `${text} ${formatBytes(bytes)}`, name)];
  const lines: Line[] = [
    { label: 'memory.current', colour: 'current', values: current, format: formatBytes, look: 'thick' },
    { label: 'anonymous', colour: 'anon', values: decodeColumn(cgroup.anon), format: formatBytes, look: 'area' },
    { label: 'file', colour: 'file', values: decodeColumn(cgroup.file), format: formatBytes, look: 'area' },
    { label: 'High', colour: 'high', values: limits.high, format: formatBytes, look: 'dashed', steps: true },
    { label: 'Max', colour: 'max', values: limits.max, format: formatBytes, look: 'dashed', steps: true },
  ];
  if (swap) lines.push({ label: 'swap', colour: 'swap', values: swap, format: formatBytes, look: 'area' });
  return {
    title: `Memory of ${cgroup.unit}`,
    explanation:
      'memory.current against MemoryHigh and MemoryMax. In the shaded band between them the kernel throttles and kills nothing.',
    height: 210,
    x: scene.x,
    lines,
    band: { upper: 4, lower: 3, colour: 'band' },
    y: { min: 0, max },
    ticks: ticksUpTo(max, 2),
    tickText: formatBytes,
    under: backdrop(scene, named),
    over: [...foreground(scene, named), ...label(last('high'), 'High', 'high'), ...label(last('max'), 'Max', 'max')],
  };
}

/** The largest of what was used and what was allowed, with some room above it. Bytes. */
export function memoryTop(cgroup: CgroupData): number {
  const bounds = cgroup.limits.flatMap(({ high, max }) => [high, max]);
  const swap = cgroup.swap ? largest(decodeColumn(cgroup.swap)) : 0;
  return Math.max(largest(decodeColumn(cgroup.current)), swap, ...known(bounds), MIB) * 1.2;
}

/** The limits that held at each sample. */
function limitsAt({ x, seconds }: Scene, { limits }: CgroupData) {
  const at = (t: number) => limits.findLast((limit) => seconds(limit.t) <= t) ?? limits[0];
  const held = x.map(at);
  return { high: held.map((limit) => limit?.high ?? null), max: held.map((limit) => limit?.max ?? null) };
}

/** When the kernel counted an event in memory.events. */
function eventChart(scene: Scene, cgroup: CgroupData): ChartSpec {
  const rows = [
    { event: 'oom_kill', colour: 'kill', values: decodeColumn(cgroup.oomKill) },
    { event: 'max', colour: 'max', values: decodeColumn(cgroup.max) },
    { event: 'high', colour: 'high', values: decodeColumn(cgroup.high) },
  ];
  const happened = (values: readonly (number | null)[]) => scene.x.filter((_, index) => (values[index] ?? 0) > 0);
  return {
    title: 'Events',
    explanation:
      'memory.events: throttled at high, reclaimed at max, killed. Numbers are those since the sample before.',
    height: 66,
    x: scene.x,
    lines: rows
      .toReversed()
      .map(({ event, colour, values }) => ({ label: event, colour, values, format: String, look: 'none' })),
    y: { min: 0, max: 3 },
    ticks: [0.5, 1.5, 2.5],
    tickText: (value) => rows[Math.floor(value)]?.event ?? '',
    under: backdrop(scene),
    over: [
      ...foreground(scene),
      ...rows.map(({ values, colour }, row) => tickPainter(happened(values), [row + 0.15, row + 0.85], colour)),
    ],
  };
}

const percent = (value: number): string => `${value.toFixed(0)} %`;

function pressureChart(scene: Scene, cgroup: CgroupData): ChartSpec {
  return {
    title: `Pressure${scene.data.cgroups.length > 1 ? ` in ${cgroup.unit}` : ''}`,
    explanation:
      'Share of the last two seconds in which some, or all, tasks of the cgroup stood still for want of memory: from the totals of memory.pressure.',
    height: 110,
    x: scene.x,
    lines: [
      { label: 'some', colour: 'some', values: decodeColumn(cgroup.some), format: percent, look: 'area' },
      { label: 'full', colour: 'full', values: decodeColumn(cgroup.full), format: percent, look: 'area' },
    ],
    y: { min: 0, max: 104 },
    ticks: [0, 50, 100],
    tickText: percent,
    under: backdrop(scene),
    over: foreground(scene),
  };
}

/** How far an injection is that counts in something else than bytes. */
function progressChart(scene: Scene, { name, unit, value, target }: ProgressData): ChartSpec {
  const values = decodeColumn(value);
  const max = Math.max(4, largest(values), target ?? 0) * 1.15;
  const over = foreground(scene);
  if (target !== null) over.push(levelPainter(target, `target ${target}`, 'high'));
  return {
    title: `Injection: ${name}`,
    explanation: `How far the injection is, in ${unit}, by its own word.`,
    height: 90,
    x: scene.x,
    lines: [{ label: unit, colour: 'current', values, format: String, look: 'area', steps: true }],
    y: { min: 0, max },
    ticks: ticksUpTo(max, 10),
    tickText: String,
    under: backdrop(scene),
    over,
  };
}

/** The shortest time that the chart of answers shows, seconds. */
const SHORTEST = 0.001;

const duration = (seconds: number): string =>
  seconds < 1 ? `${Number((seconds * 1000).toPrecision(3))} ms` : `${Number(seconds.toPrecision(3))} s`;

/** How long each request waited for its answer, and every stretch in which there was none. The top of the axis may be given, to compare. */
export function answerChart(scene: Scene, answers: AnswerData, top?: number): ChartSpec {
  const { data, seconds } = scene;
  const due = decodeColumn(answers.dueT).map((ms) => ms ?? 0);
  const ended = decodeColumn(answers.endedT);
  const fate = decodeColumn(answers.fate);
  const waited = due.map((ms, index) => Math.max(SHORTEST, ((ended[index] ?? ms) - ms) / 1000));
  const max = top ?? answerTop(data);
  const unanswered = due.filter((_, index) => fate[index] !== 0).map(seconds);
  return {
    title: data.answers.length > 1 ? `Answers of ${answers.unit}` : 'Answers',
    explanation:
      'How long each request waited for its full answer, on a logarithmic scale. Shaded: no answer at all, with the time since the last one climbing; hatched: longer than the clients wait. Ticks at the top: requests that failed.',
    height: 170,
    x: due.map(seconds),
    lines: [
      {
        label: 'latency',
        colour: 'answer',
        values: waited.map((value, index) => (fate[index] === 0 ? value : null)),
        format: duration,
        look: 'thick',
      },
      {
        label: '',
        colour: 'silence',
        values: fate.map((index) => (index === 0 ? null : index)),
        format: (index) => `no answer: ${answers.fates[index] ?? ''}`,
        look: 'none',
      },
    ],
    y: { min: SHORTEST, max, log: true },
    ticks: [0.001, 0.01, 0.1, 1, 10, 100, 1000].filter((value) => value <= max),
    tickText: duration,
    under: [...backdrop(scene), silencePainter(answers.silences, data, SHORTEST, seconds)],
    over: [
      ...foreground(scene),
      tickPainter(unanswered, [max / 1.6, max], 'silence'),
      levelPainter(data.windowMs / 1000, `clients give up after ${data.windowMs / 1000} s`, 'window'),
    ],
  };
}

/** The longest silence and the clients' patience, with some room above them. Seconds. */
export function answerTop({ answers, windowMs }: DrillData): number {
  const longest = answers.flatMap(({ silences }) => silences.map(({ from, to }) => to - from));
  return Math.max(3 * windowMs, ...longest) / 500;
}

function queueChart(scene: Scene): ChartSpec {
  const queue = decodeColumn(scene.data.listenQueue);
  const max = Math.max(4, largest(queue)) * 1.15;
  return {
    title: 'Listen queue',
    explanation:
      'Connections that the kernel completed and that the server has not accepted. No line: nothing listens.',
    height: 80,
    x: scene.x,
    lines: [{ label: 'waiting', colour: 'queue', values: queue, format: String, look: 'area', steps: true }],
    y: { min: 0, max },
    ticks: ticksUpTo(max, 10).filter(Number.isInteger),
    tickText: String,
    under: backdrop(scene),
    over: foreground(scene),
  };
}

function refaultChart(scene: Scene, cgroup: CgroupData): ChartSpec {
  const refaults = decodeColumn(cgroup.refaults);
  const max = Math.max(10, largest(refaults)) * 1.1;
  return {
    title: 'Refaults',
    explanation:
      'Pages of file memory that were thrown out and read in again, a second (workingset_refault_file). For a server that is its own program text.',
    height: 90,
    x: scene.x,
    lines: [{ label: 'pages/s', colour: 'file', values: refaults, format: thousands, look: 'area' }],
    y: { min: 0, max },
    ticks: ticksUpTo(max, 10),
    tickText: thousands,
    under: backdrop(scene),
    over: foreground(scene),
  };
}

const thousands = (value: number): string =>
  value >= 1000 ? `${Number((value / 1000).toFixed(1))}k` : value.toFixed(0);
