import { formatBytes } from '../core/bytes.js';
import { machineError, type OomdrillError } from '../core/errors.js';
import type { Machine } from '../machine/machine.js';
import { run } from '../machine/run.js';
import { type Change, isOfSlice } from './change.js';
import { readEffect } from './guest/effect.js';
import { installBundle } from './guest/install.js';
import { findLimits } from './places.js';
import type { PlannedDrill } from './plan.js';
import { applyLimits, LIST_SLICES, listRelimited } from './relimit.js';
import { type Standing, type StartingPoint, serverOf } from './standing.js';

/**
 * Makes a guest in which one bundle has settled a guest of another: ends what the difference touches, puts the other files in place, and
 * has systemd read them and apply limits to what runs. Proves that they are in effect there, and that no cgroup has met a limit yet: a
 * server that was started with the other limits would be the same. Gives what is to be started.
 *
 * @param plan that of the other bundle
 * @throws OomdrillError `CHANGE` where it would not be the same, and what `installBundle` throws
 */
export async function applyChange(
  machine: Machine,
  plan: PlannedDrill,
  { change, standing }: { readonly change: Change; readonly standing: Standing },
  { workDir, signal }: { readonly workDir: string; readonly signal: AbortSignal },
): Promise<StartingPoint> {
  const { written, removed, restarted, stopped, mustNotRun } = change;
  const { bundle, serving } = plan;
  const orThrow = (words: string): OomdrillError => changeError(plan, words);
  if (mustNotRun !== undefined) {
    const command = ['systemctl', 'is-active', '--quiet', mustNotRun];
    const { exitCode } = await machine.exec(command, { reason: `the state of ${mustNotRun}`, signal });
    if (exitCode === 0) throw orThrow(`${mustNotRun} runs`);
  }
  const units = [...restarted, ...stopped];
  if (units.length > 0)
    await run(machine, ['systemctl', 'stop', ...units], { reason: `${units.join(' and ')} to stop`, signal, orThrow });
  if (removed.length > 0) {
    const paths = removed.map((path) => `/${path}`);
    await run(machine, ['rm', '--force', ...paths], { reason: 'files of the bundle to be removed', signal, orThrow });
  }
  await installBundle(machine, { name: bundle.name }, { files: written, links: new Map() }, { workDir, signal });
  const of = plan.changedFrom?.bundle ?? bundle;
  await applyLimits(
    machine,
    listRelimited(of, bundle, await listRunning(machine, plan, change, signal)),
    signal,
    orThrow,
  );
  const serverStands = !restarted.includes(serving.unit.name);
  const places = change.isOfPlaces ? undefined : standing.places;
  const effects = serverStands ? [await readEffect(machine, serving, signal)] : [];
  for await (const effect of findLimits({ plan, machine, signal }, places ?? new Map())) effects.push(effect);
  for (const { unit, checks } of effects)
    for (const { what, wanted, found, ok } of checks)
      if (!ok) throw orThrow(`${what} of ${unit} is ${found}, not ${wanted}`);
  const met = findMetLimit(await readGroups(machine, signal));
  if (met !== undefined) throw orThrow(met);
  const sidecars = restarted.filter((unit) => unit !== serving.unit.name);
  return { places, server: serverStands ? serverOf(standing) : undefined, sidecars, isUnverified: true };
}

/** Units that run on, and may have other limits now. */
async function listRunning(
  machine: Machine,
  { bundle, serving }: PlannedDrill,
  { written, removed, restarted, stopped }: Change,
  signal: AbortSignal,
): Promise<string[]> {
  const services = [serving.unit.name, ...(bundle.manifest.sidecars ?? []).map(({ unit }) => unit)];
  const running = services.filter((unit) => ![...restarted, ...stopped].includes(unit));
  if (![...written.map(({ path }) => path), ...removed].some(isOfSlice)) return running;
  const { stdout } = await machine.exec(LIST_SLICES, { reason: 'the slices', signal });
  return [...running, ...stdout.split('\n').flatMap((line) => /^\S+\.slice(?= )/.exec(line) ?? [])];
}

function changeError({ bundle, changedFrom }: PlannedDrill, words: string): OomdrillError {
  const message = `A guest of ${changedFrom?.bundle.name} does not serve for ${bundle.name}: ${words}.`;
  return machineError('CHANGE', message, '--from-nothing starts each drill from the boot.');
}

const GROUPS = '/sys/fs/cgroup';
const FILES = ['memory.peak', 'memory.high', 'memory.max', 'memory.events'];

/** What every cgroup may have, had at most, and met, as grep(1) prints it: by one process. */
async function readGroups(machine: Machine, signal: AbortSignal): Promise<string> {
  const command = ['grep', '--recursive', '--no-messages', '', ...FILES.map((name) => `--include=${name}`), GROUPS];
  return (await machine.exec(command, { reason: 'what every cgroup met', signal })).stdout;
}

/**
 * A cgroup that was at a limit before, or had as much memory at some time as it may have now: what is in it may be other than it would be
 * if it had been started with its limits. Undefined where there is none; a kernel without memory.peak (before 5.19) cannot tell.
 *
 * @param text lines of `/sys/fs/cgroup/PATH/FILE:LINE`
 */
export function findMetLimit(text: string): string | undefined {
  const groups = new Map<string, { peak?: number; limit: number }>();
  for (const line of text.split('\n')) {
    const [, cgroup, file, key, value = ''] =
      /^\/sys\/fs\/cgroup(\/.+)\/memory\.(peak|high|max|events):(?:(high|max) )?(\d+)$/.exec(line) ?? [];
    if (cgroup === undefined) continue;
    const group = groups.get(cgroup) ?? { limit: Number.POSITIVE_INFINITY };
    if (key !== undefined && Number(value) > 0) return `${cgroup} met its limit ${value} times (${key})`;
    if (file === 'peak') group.peak = Number(value);
    if (file === 'high' || file === 'max') group.limit = Math.min(group.limit, Number(value));
    groups.set(cgroup, group);
  }
  for (const [cgroup, { peak, limit }] of groups) {
    if (limit === Number.POSITIVE_INFINITY) continue;
    if (peak === undefined) return `it is not known how much memory ${cgroup} has had`;
    if (peak >= limit) return `${cgroup} has had ${formatBytes(peak)}, and may have ${formatBytes(limit)}`;
  }
  return undefined;
}
