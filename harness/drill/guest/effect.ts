import type { LimitedUnit, ServingUnit } from '../../bundle/serving.js';
import { type Bytes, renderBytes } from '../../core/bytes.js';
import { machineError } from '../../core/errors.js';
import type { GuestShell } from '../../machine/machine.js';
import type { EntryOf, Limits } from '../../record/schema.js';
import { parseLimit, parseShow } from '../../systemd/show.js';
import { type GuestManager, managerOf, systemctl } from './manager.js';
import { checkOtherLimits, listOtherLimits } from './other-limits.js';
import { startError } from './start-error.js';
import { readUnitEnd } from './unit-end.js';

/** Limits as a record holds them: null for none. */
export function recordedLimits({ high, max, swapMax }: LimitedUnit['limits']): Limits {
  const orNull = (bytes: Bytes): number | null => (Number.isFinite(bytes) ? bytes : null);
  return { high: orNull(high), max: orNull(max), swapMax: orNull(swapMax) };
}

/** What was wanted of a unit's limits, next to what is found. */
export type Effect = Omit<EntryOf<'effect'>, 't'>;

/**
 * Proves that the limits are in effect.
 *
 * @throws OomdrillError `NOT_IN_EFFECT` that names each difference; `SERVER_START` where the unit does not run, and so has
 *   no cgroup
 */
export async function proveEffect(
  machine: GuestShell,
  { above = [], payload, ...limited }: LimitedUnit & Pick<ServingUnit, 'above' | 'payload'>,
  signal: AbortSignal,
): Promise<Effect> {
  const [own, ...slices] = await Promise.all([limited, ...above].map((each) => readEffect(machine, each, signal)));
  const inside = payload ? await readPayloadChecks(machine, payload, signal) : [];
  if (!own) throw new Error('nothing was read');
  const ofSlices = slices.flatMap(({ unit, checks }) =>
    checks.map((check) => ({ ...check, what: `${check.what} of ${unit}` })),
  );
  const effect = { ...own, checks: [...own.checks, ...ofSlices, ...inside] };
  const off = effect.checks.filter(({ ok }) => !ok);
  if (off.length === 0) return effect;
  const hasCgroup = !off.some(({ what, found }) => what === CGROUP_CHECK && found === '');
  const manager = managerOf(limited.uid);
  const { runs } = await readUnitEnd(machine, effect.unit, signal, manager);
  // systemd may have started it again since its cgroup was asked for.
  if (!hasCgroup || !runs) throw await startError(machine, effect.unit, signal, { manager });
  throw machineError(
    'NOT_IN_EFFECT',
    `The bundle is installed but not in effect for ${effect.unit}: ${off.map(({ what, wanted, found }) => `${what} is ${found}, not ${wanted}`).join('; ')}.`,
    'Another drop-in, slice or a newer systemd may override it; look with --keep-machine.',
  );
}

/** What the kernel's files hold for the cgroup of a container that systemd knows nothing of. */
async function readPayloadChecks(
  machine: GuestShell,
  payload: LimitedUnit,
  signal: AbortSignal,
): Promise<Effect['checks']> {
  const found = await readLimitFiles(machine, payload.cgroup, [], signal);
  return kernelChecks(payload, found).map((check) => ({ ...check, what: `${check.what} of the container` }));
}

async function readLimitFiles(
  machine: GuestShell,
  cgroup: string,
  others: readonly string[],
  signal: AbortSignal,
): Promise<Found> {
  const reason = "the cgroup's files";
  const { stdout } = await machine.exec(['sh', '-c', LIMIT_FILES, 'sh', cgroup, ...others], { reason, signal });
  return parseShow(stdout.replaceAll(/^([\w.]+):/gm, '$1='));
}

/**
 * What systemd says it set and what the kernel's files hold, next to what the unit's files want.
 *
 * @param manager whose unit it is; by default, what it says itself
 */
export async function readEffect(
  machine: GuestShell,
  limited: LimitedUnit,
  signal: AbortSignal,
  manager: GuestManager = managerOf(limited.uid),
): Promise<Effect> {
  const unit = limited.unit.name;
  const others = [...new Set(listOtherLimits(limited).map(({ file }) => file))];
  const readFiles = (cgroup: string) => readLimitFiles(machine, cgroup, others, signal);
  const [shown, files] = await Promise.all([
    machine.exec([...systemctl(manager), 'show', unit, `--property=${PROPERTIES}`], {
      reason: 'systemctl show',
      signal,
    }),
    readFiles(limited.cgroup),
  ]);
  const properties = parseShow(shown.stdout);
  const cgroup = properties.ControlGroup || limited.cgroup;
  const found = cgroup === limited.cgroup ? files : await readFiles(cgroup);
  return {
    type: 'effect',
    unit,
    cgroup,
    limits: recordedLimits(limited.limits),
    checks: [
      ...systemdChecks(limited, properties),
      ...kernelChecks(limited, found),
      ...checkOtherLimits(limited, found),
    ],
  };
}

const PROPERTIES = 'MemoryHigh,MemoryMax,MemorySwapMax,OOMPolicy,ControlGroup';

/** The files of the cgroup $1, and those that are named besides, each line as `name:value`: by one process, because a fork costs an emulated guest a tenth of a second. */
const LIMIT_FILES =
  'cd "/sys/fs/cgroup$1" && shift && grep "" memory.high memory.max memory.swap.max memory.oom.group "$@"';

const CGROUP_CHECK = 'systemd ControlGroup';

type EffectCheck = Effect['checks'][number];

/** What was found, by its name there. */
type Found = Readonly<Record<string, string | undefined>>;

function systemdChecks({ limits, oomPolicy, cgroup, isSetByRuntime }: LimitedUnit, found: Found): EffectCheck[] {
  // runc tells systemd nothing of a limit of 0 swap, and writes it itself (libcontainer/cgroups/systemd/v2.go, genV2ResourcesProperties()).
  if (isSetByRuntime) return [compareWord(CGROUP_CHECK, cgroup, found.ControlGroup)];
  const checks = [
    compareLimit('systemd MemoryHigh', limits.high, found.MemoryHigh),
    compareLimit('systemd MemoryMax', limits.max, found.MemoryMax),
    compareLimit('systemd MemorySwapMax', limits.swapMax, found.MemorySwapMax),
  ];
  if (oomPolicy !== undefined) checks.push(compareWord('systemd OOMPolicy', oomPolicy, found.OOMPolicy));
  checks.push(compareWord(CGROUP_CHECK, cgroup, found.ControlGroup));
  return checks;
}

function kernelChecks(
  { limits, oomPolicy, killsAsGroup = oomPolicy === 'kill' }: LimitedUnit,
  found: Found,
): EffectCheck[] {
  return [
    compareLimit('memory.high', limits.high, found['memory.high']),
    compareLimit('memory.max', limits.max, found['memory.max']),
    compareLimit('memory.swap.max', limits.swapMax, found['memory.swap.max']),
    // OOMPolicy=kill is carried out by the kernel through memory.oom.group (systemd.service(5)).
    compareWord('memory.oom.group', killsAsGroup ? '1' : '0', found['memory.oom.group']),
  ];
}

function compareLimit(what: string, wanted: Bytes, found: string | undefined): EffectCheck {
  const ok = found !== undefined && parseLimit(found) === wanted;
  return { what, wanted: renderBytes(wanted), found: found ?? 'nothing', ok };
}

const compareWord = (what: string, wanted: string, found: string | undefined): EffectCheck => ({
  what,
  wanted,
  found: found ?? 'nothing',
  ok: found === wanted,
});
