import type { Injection, Spot } from '../inject/injection.js';
import { type Role, roleOf } from '../inject/place.js';
import type { GuestShell } from '../machine/machine.js';
import { Unit } from '../systemd/unit.js';
import { type Effect, readEffect, recordedLimits } from './guest/effect.js';
import { type OpenPlace, openPlace } from './guest/place.js';
import type { PlannedDrill, PlannedInjection } from './plan.js';
import type { Stage } from './stage.js';

/** Places that are there, by the role under which the unit that limits them is sampled. */
export type OpenPlaces = ReadonlyMap<Role, OpenPlace>;

/** Makes every place that something of the plan is to be in. */
export async function openPlaces(stage: Stage): Promise<OpenPlaces> {
  const { plan, machine, progress, pace, signal } = stage;
  const places = new Map<Role, OpenPlace>();
  for (const planned of [...plan.injections, ...plan.bystanders]) {
    const { place } = planned.injection;
    const role = roleOf(place);
    if (place === undefined || places.has(role)) continue;
    progress(`making a ${place.kind}`);
    places.set(role, await openPlace(machine, place, pace, signal));
  }
  return places;
}

/** Where an injection is put: into its place, or where the server is. */
export function spotOf(
  { serving, workload }: Pick<PlannedDrill, 'serving' | 'workload'>,
  { places, serverPid }: { readonly places: OpenPlaces; readonly serverPid: number },
  { place }: Injection,
): Spot {
  const open = places.get(roleOf(place));
  if (open) return { cgroup: open.cgroup, limitingCgroup: open.limited?.cgroup ?? open.cgroup };
  const firstProcess = workload.isContainer ? serverPid : undefined;
  return { cgroup: serving.inner ?? serving.cgroup, limitingCgroup: serving.cgroup, firstProcess };
}

/** Writes down which limits hold in each place. */
export async function proveLimits(stage: Stage, places: OpenPlaces): Promise<void> {
  const { recorder } = stage;
  for await (const effect of findLimits(stage, places)) recorder.write({ ...effect, t: recorder.clock.now() });
}

/** Which limits hold in each place, next to what is wanted there. */
export async function* findLimits(
  { plan, machine, signal }: Pick<Stage, 'plan' | 'machine' | 'signal'>,
  places: OpenPlaces,
): AsyncGenerator<Effect & { readonly role: Role }> {
  const { injections, bystanders } = plan;
  for (const [role, open] of places) {
    const planned = [...injections, ...bystanders].find(({ injection }) => roleOf(injection.place) === role);
    if (planned) yield { ...(await findLimitsOf(machine, planned, role, open, signal)), role };
  }
}

/**
 * One that is in no unit that could limit it, or in one whose limits are not in effect, is not an error: the drill shows what comes of it.
 */
async function findLimitsOf(
  machine: GuestShell,
  { limitedUnit }: PlannedInjection,
  role: Role,
  { cgroup, limited }: OpenPlace,
  signal: AbortSignal,
): Promise<Effect> {
  if (limited) {
    const unit = new Unit(limited.name, limitedUnit.unit.files);
    return readEffect(machine, { ...limitedUnit, unit, cgroup: limited.cgroup }, signal, limited.manager);
  }
  const { limits, unit } = limitedUnit;
  return {
    type: 'effect',
    unit: unit.name,
    cgroup,
    limits: recordedLimits(limits),
    checks: [{ what: `the ${role} is limited by`, wanted: unit.name, found: cgroup, ok: false }],
  };
}
