import { formatBytes, MIB } from '../harness/core/bytes.js';
import { decodeColumn } from '../harness/report/html/column.js';
import type { AnswerData, CgroupData, DrillData, ProgressData } from '../harness/report/html/model.js';
import type { ChartSpec, Line, Painter } from './chart-spec.js';
import {
  createGapPainter,
  createKillPainter,
  createLevelPainter,
  createPhasePainter,
  createRisePainter,
  createSilencePainter,
  createTickPainter,
  drawLevelLabel,
  type ToSeconds,
} from './painters.js';

/** What all charts of one drill need. */
interface Scene {
  readonly data: DrillData;
  readonly seconds: ToSeconds;
  /** Times of the samples, seconds. */
  readonly x: readonly number[];
}

/** Prepares the data of a drill for its charts. Time zero is at `originMs` of the record. */
export function createScene(data: DrillData, originMs = 0): Scene {
  const seconds = (ms: number) => (ms - originMs) / 1000;
  return { data, seconds, x: decodeColumn(data.sampleT).map((ms) => seconds(ms ?? 0)) };
}

/** Specifies all charts of a drill, from top to bottom; none for what was never sampled. */
export function specifyCharts(scene: Scene): ChartSpec[] {
  const { data } = scene;
  const [drilled, ...others] = data.sampleT.steps.length === 0 ? [] : data.cgroups;
  const answers = data.answers
    .filter(({ dueT }) => dueT.steps.length > 0)
    .map((answers) => specifyAnswers(scene, answers));
  if (!drilled) return answers;
  return [
    specifyMemory(scene, drilled, true),
    specifyEvents(scene, drilled),
    specifyPressure(scene, drilled),
    ...specifyWants(scene, drilled),
    ...data.progress.map((progress) => specifyProgress(scene, progress)),
    ...answers,
    specifyQueue(scene),
    specifyRefaults(scene, drilled),
    ...others.flatMap((cgroup) => [
      specifyMemory(scene, cgroup, false),
      specifyPressure(scene, cgroup),
      ...specifyWants(scene, cgroup),
    ]),
  ];
}

const known = (values: readonly (number | null)[]): number[] => values.filter((value) => value !== null);
const largest = (values: readonly (number | null)[]): number =>
  values.reduce<number>((most, value) => Math.max(most, value ?? 0), 0);

function createBackdrop({ data, seconds }: Scene, named = false): Painter[] {
  const unknown = data.cut ? [...data.gaps, { from: data.endT, to: data.endT + 1e9 }] : data.gaps;
  return [createPhasePainter(data, seconds, named), createGapPainter(unknown, seconds)];
}

const createForeground = ({ data, seconds }: Scene, named = false): Painter[] => [
  createKillPainter(data, seconds, named),
];

/** A few round values from 0 to the top. */
function computeTicks(max: number, base: 2 | 10): number[] {
  const rough = max / 4;
  const power = base ** Math.floor(Math.log(rough) / Math.log(base));
  const step =
    base === 2 ? power : ([1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= rough) ?? power);
  return Array.from({ length: Math.floor(max / step) + 1 }, (_, index) => index * step);
}

/** `memory.current` with the limits, and its parts. `top` sets the end of the axis, to compare two drills. */
export function specifyMemory(scene: Scene, cgroup: CgroupData, named: boolean, top?: number): ChartSpec {
  const current = decodeColumn(cgroup.current);
  const limits = findLimits(scene, cgroup);
  const swap = cgroup.swap && decodeColumn(cgroup.swap);
  const max = top ?? computeMemoryTop(cgroup);
  // If a repair removed a limit, its label shows the value before the repair.
  const last = (which: 'high' | 'max') => cgroup.limits.findLast((limit) => limit[which] !== null)?.[which];
  const label = (bytes: number | null | undefined, text: string, name: string): Painter[] =>
    bytes === null || bytes === undefined
      ? []
      : [(plot, ctx) => drawLevelLabel(plot, ctx, bytes, `${text} ${formatBytes(bytes)}`, name)];
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
    ticks: computeTicks(max, 2),
    tickText: formatBytes,
    under: createBackdrop(scene, named),
    over: [
      ...createForeground(scene, named),
      ...label(last('high'), 'High', 'high'),
      ...label(last('max'), 'Max', 'max'),
    ],
  };
}

/** The end of the memory axis: the largest use or limit, with some space above. Bytes. */
export function computeMemoryTop(cgroup: CgroupData): number {
  const bounds = cgroup.limits.flatMap(({ high, max }) => [high, max]);
  const swap = cgroup.swap ? largest(decodeColumn(cgroup.swap)) : 0;
  return Math.max(largest(decodeColumn(cgroup.current)), swap, ...known(bounds), MIB) * 1.2;
}

/** The limits that were in effect at each sample. */
function findLimits({ x, seconds }: Scene, { limits }: CgroupData) {
  const at = (t: number) => limits.findLast((limit) => seconds(limit.t) <= t) ?? limits[0];
  const limitAt = x.map(at);
  return { high: limitAt.map((limit) => limit?.high ?? null), max: limitAt.map((limit) => limit?.max ?? null) };
}

/** The times at which the kernel counted an event in memory.events. */
function specifyEvents(scene: Scene, cgroup: CgroupData): ChartSpec {
  const rows = [
    { event: 'oom_kill', colour: 'kill', values: decodeColumn(cgroup.oomKill) },
    { event: 'max', colour: 'max', values: decodeColumn(cgroup.max) },
    { event: 'high', colour: 'high', values: decodeColumn(cgroup.high) },
  ];
  const timesOf = (values: readonly (number | null)[]) => scene.x.filter((_, index) => (values[index] ?? 0) > 0);
  return {
    title: 'Events',
    explanation:
      'memory.events: throttled at high, reclaimed at max, killed. Each number counts since the sample before.',
    height: 66,
    x: scene.x,
    lines: rows
      .toReversed()
      .map(({ event, colour, values }) => ({ label: event, colour, values, format: String, look: 'none' })),
    y: { min: 0, max: 3 },
    ticks: [0.5, 1.5, 2.5],
    tickText: (value) => rows[Math.floor(value)]?.event ?? '',
    under: createBackdrop(scene),
    over: [
      ...createForeground(scene),
      ...rows.map(({ values, colour }, row) => createTickPainter(timesOf(values), [row + 0.15, row + 0.85], colour)),
    ],
  };
}

const formatPercent = (value: number): string => `${value.toFixed(0)} %`;

/** A chart of shares of the time in one cgroup, percent. */
function specifyShares(
  scene: Scene,
  { unit }: CgroupData,
  { title, ...rest }: Pick<ChartSpec, 'title' | 'explanation' | 'lines'>,
): ChartSpec {
  return {
    title: `${title}${scene.data.cgroups.length > 1 ? ` in ${unit}` : ''}`,
    ...rest,
    height: 110,
    x: scene.x,
    y: { min: 0, max: 104 },
    ticks: [0, 50, 100],
    tickText: formatPercent,
    under: createBackdrop(scene),
    over: createForeground(scene),
  };
}

function specifyPressure(scene: Scene, cgroup: CgroupData): ChartSpec {
  return specifyShares(scene, cgroup, {
    title: 'Pressure',
    explanation:
      'Share of the last two seconds in which some, or all, tasks of the cgroup were stalled on memory, from the totals of memory.pressure.',
    lines: [
      { label: 'some', colour: 'some', values: decodeColumn(cgroup.some), format: formatPercent, look: 'area' },
      { label: 'full', colour: 'full', values: decodeColumn(cgroup.full), format: formatPercent, look: 'area' },
    ],
  });
}

/** What a cgroup wanted besides memory; nothing where it had it. */
function specifyWants(scene: Scene, cgroup: CgroupData): ChartSpec[] {
  const { wants } = cgroup;
  if (!wants) return [];
  const refused = decodeColumn(wants.refused);
  const times = scene.x.filter((_, index) => (refused[index] ?? 0) > 0);
  const chart = specifyShares(scene, cgroup, {
    title: 'Waiting for CPU and disk',
    explanation:
      'Share of the last two seconds in which some tasks of the cgroup waited for a CPU, or for the disk, from the totals of cpu.pressure and io.pressure. Ticks at the top: a limit of tasks refused it a process or thread (pids.events).',
    lines: [
      { label: 'CPU', colour: 'some', values: decodeColumn(wants.cpu), format: formatPercent, look: 'area' },
      { label: 'disk', colour: 'full', values: decodeColumn(wants.disk), format: formatPercent, look: 'area' },
      { label: 'refused', colour: 'max', values: refused, format: String, look: 'none' },
    ],
  });
  return [{ ...chart, over: [...(chart.over ?? []), createTickPainter(times, [96, 104], 'max')] }];
}

/** The progress of an injection that does not count in bytes. */
function specifyProgress(scene: Scene, { name, unit, value, target }: ProgressData): ChartSpec {
  const values = decodeColumn(value);
  const max = Math.max(4, largest(values), target ?? 0) * 1.15;
  const over = createForeground(scene);
  if (target !== null) over.push(createLevelPainter(target, `target ${target}`, 'high'));
  return {
    title: `Injection: ${name}`,
    explanation: `Progress of the injection in ${unit}, as it reports itself.`,
    height: 90,
    x: scene.x,
    lines: [{ label: unit, colour: 'current', values, format: String, look: 'area', steps: true }],
    y: { min: 0, max },
    ticks: computeTicks(max, 10),
    tickText: String,
    under: createBackdrop(scene),
    over,
  };
}

/** The shortest time that the chart of answers shows, seconds. */
const MIN_SHOWN_S = 0.001;

const formatDuration = (seconds: number): string =>
  seconds < 1 ? `${Number((seconds * 1000).toPrecision(3))} ms` : `${Number(seconds.toPrecision(3))} s`;

const ANSWERS =
  'How long each request waited for its full answer, on a logarithmic scale. Shaded: a silence, with the time since the last answer as a rising line. Hatched: longer than clients wait. Ticks at the top: requests that failed.';
const CANARY =
  "Canary: the same of a tiny server of oomdrill's own in the same guest, with protected memory. A silence of both is not due to the limits.";

/**
 * How long each request waited for its answer, and each silence; for the serving unit also those of the canary. `top` sets the end
 * of the axis, to compare two drills.
 */
export function specifyAnswers(scene: Scene, answers: AnswerData, top?: number): ChartSpec {
  const { data, seconds } = scene;
  const { due, fate, waited } = readAnswers(answers);
  const canary = answers === data.answers[0] ? data.canary : null;
  const max = top ?? computeAnswerTop(data);
  const unanswered = due.filter((_, index) => fate[index] !== 0).map(seconds);
  const lines: Line[] = [
    { label: 'latency', colour: 'answer', values: waited, format: formatDuration, look: 'thick' },
    {
      label: '',
      colour: 'silence',
      values: fate.map((index) => (index === 0 ? null : index)),
      format: (index) => `no answer: ${answers.fates[index] ?? ''}`,
      look: 'none',
    },
  ];
  if (canary)
    lines.push({
      label: 'canary',
      colour: 'canary',
      values: alignTo(due, readAnswers(canary)),
      format: formatDuration,
      look: 'dashed',
    });
  return {
    title: data.answers.length > 1 ? `Answers of ${answers.unit}` : 'Answers',
    explanation: canary ? `${ANSWERS} ${CANARY}` : ANSWERS,
    height: 170,
    x: due.map(seconds),
    lines,
    y: { min: MIN_SHOWN_S, max, log: true },
    ticks: [0.001, 0.01, 0.1, 1, 10, 100, 1000].filter((value) => value <= max),
    tickText: formatDuration,
    under: [...createBackdrop(scene), createSilencePainter(answers.silences, data, MIN_SHOWN_S, seconds)],
    over: [
      createRisePainter(canary?.silences ?? [], 'canary', MIN_SHOWN_S, seconds),
      ...createForeground(scene),
      createTickPainter(unanswered, [max / 1.6, max], 'silence'),
      createLevelPainter(data.windowMs / 1000, `clients give up after ${data.windowMs / 1000} s`, 'window'),
    ],
  };
}

/** When requests were due, milliseconds; their fates; and how long those waited that were answered, seconds. */
function readAnswers({ dueT, endedT, fate: fateColumn }: AnswerData) {
  const due = decodeColumn(dueT).map((ms) => ms ?? 0);
  const ended = decodeColumn(endedT);
  const fate = decodeColumn(fateColumn);
  const waited = due.map((ms, index) =>
    fate[index] === 0 ? Math.max(MIN_SHOWN_S, ((ended[index] ?? ms) - ms) / 1000) : null,
  );
  return { due, fate, waited };
}

/** For each of these times, which rise, how long the last request waited that was due by then. */
function alignTo(times: readonly number[], { due, waited }: ReturnType<typeof readAnswers>): (number | null)[] {
  let next = 0;
  return times.map((time) => {
    while ((due[next] ?? Number.POSITIVE_INFINITY) <= time) next++;
    return waited[next - 1] ?? null;
  });
}

/** The end of the axis for answers: the longest silence or wait of the clients, with some space above. Seconds. */
export function computeAnswerTop({ answers, canary, windowMs }: DrillData): number {
  const drawn = canary ? [...answers, canary] : answers;
  const longest = drawn.flatMap(({ silences }) => silences.map(({ from, to }) => to - from));
  return Math.max(3 * windowMs, ...longest) / 500;
}

function specifyQueue(scene: Scene): ChartSpec {
  const queue = decodeColumn(scene.data.listenQueue);
  const max = Math.max(4, largest(queue)) * 1.15;
  return {
    title: 'Listen queue',
    explanation:
      'Connections that the kernel has completed and the server has not accepted yet. No line: nothing listens.',
    height: 80,
    x: scene.x,
    lines: [{ label: 'waiting', colour: 'queue', values: queue, format: String, look: 'area', steps: true }],
    y: { min: 0, max },
    ticks: computeTicks(max, 10).filter(Number.isInteger),
    tickText: String,
    under: createBackdrop(scene),
    over: createForeground(scene),
  };
}

function specifyRefaults(scene: Scene, cgroup: CgroupData): ChartSpec {
  const refaults = decodeColumn(cgroup.refaults);
  const max = Math.max(10, largest(refaults)) * 1.1;
  return {
    title: 'Refaults',
    explanation:
      'File pages that were reclaimed and read in again, per second (workingset_refault_file). For a server these are pages of its own program text.',
    height: 90,
    x: scene.x,
    lines: [{ label: 'pages/s', colour: 'file', values: refaults, format: formatThousands, look: 'area' }],
    y: { min: 0, max },
    ticks: computeTicks(max, 10),
    tickText: formatThousands,
    under: createBackdrop(scene),
    over: createForeground(scene),
  };
}

const formatThousands = (value: number): string =>
  value >= 1000 ? `${Number((value / 1000).toFixed(1))}k` : value.toFixed(0);
