import type { Bundle } from '../bundle/bundle.js';
import { checkBundle } from '../bundle/check.js';
import { scaleBundle } from '../bundle/scale.js';
import {
  computeEffectiveLimits,
  type LimitedUnit,
  resolveServingUnit,
  resolveSlice,
  resolveUserScope,
  type ServingUnit,
} from '../bundle/serving.js';
import { withSettings } from '../bundle/with-settings.js';
import { parseBytes } from '../core/bytes.js';
import { formatSeconds } from '../core/clock.js';
import { usageError } from '../core/errors.js';
import type { Injection, InjectionPlan } from '../inject/injection.js';
import type { Place } from '../inject/place.js';
import type { Room } from '../machine/provider.js';
import type { Load } from '../record/load.js';
import type { Watchdog } from '../record/schema.js';
import { windowMs } from '../record/watchdog.js';
import { MEMORY_DIRECTIVES, scaleMemoryValue } from '../systemd/memory-value.js';
import { Unit } from '../systemd/unit.js';
import { createWorkload, type WorkloadOptions } from '../workload/kinds.js';
import type { Probe } from '../workload/probe.js';
import { createProbe, type HttpRequest, resolveHttpRequest } from '../workload/probes.js';
import type { ServerLocation, Workload } from '../workload/workload.js';
import type { ServingPlace } from './guest/evidence.js';
import { chooseScale, chooseScaleFor } from './scale.js';
import type { Repair, Scenario } from './scenario.js';

/** A scenario brought together with its bundle, before any machine starts. */
export interface PlannedDrill {
  readonly scenario: Scenario;
  /** At scale. */
  readonly bundle: Bundle;
  readonly serving: ServingUnit;
  /** How the server is installed, started and found. */
  readonly workload: Workload;
  /** How the server is asked. */
  readonly probe: Probe;
  /** What a load consists of; undefined where none is asked for. */
  readonly loadRequest: HttpRequest | undefined;
  /** How each sidecar is asked that has a port, by its unit. */
  readonly sidecarProbes: ReadonlyMap<string, Probe>;
  readonly scale: number;
  readonly injections: readonly PlannedInjection[];
  /** What must live through the drill. */
  readonly bystanders: readonly PlannedInjection[];
  readonly repair: PlannedRepair | undefined;
  /** What is legal in the bundle but odd, in sentences. */
  readonly warnings: readonly string[];
  /** The same drill of the bundle that this one is a changed copy of: its guest serves for this one too, where only what is changed is done anew. */
  readonly changedFrom?: PlannedDrill | undefined;
}

/** An injection, the unit whose limits it meets, and what becomes of it there. */
export interface PlannedInjection {
  readonly injection: Injection;
  readonly limitedUnit: LimitedUnit;
  readonly plan: InjectionPlan;
}

/** A live repair, at scale. */
export interface PlannedRepair {
  /** Assignments for systemctl(1) set-property. */
  readonly settings: readonly string[];
  /** The serving unit as it is when they are in effect. */
  readonly serving: ServingUnit;
  readonly stayMs: number;
}

/** What a drill must fit into. */
export interface PlanOptions {
  /** `auto` or a divisor, as the user wrote it. */
  readonly scale: string;
  /** How patient the clients are: a hold must outlast them. */
  readonly watchdog: Watchdog;
  readonly room: Room;
  /** Honest requests that are to be sent in addition to those of the prober. */
  readonly load?: Load | undefined;
  /** The kinds of workload and the stand-ins that a bundle may name; ours where nothing is said. */
  readonly workloads?: Pick<WorkloadOptions, 'kinds' | 'standIns'> | undefined;
  /** A user's own probes, which a bundle may name. */
  readonly probes?: readonly Probe[] | undefined;
}

/**
 * Checks all that a scenario names, so that a mistake shows before a machine starts.
 *
 * @param real the bundle that is drilled, at real scale: the scenario's own, or one in its place
 * @throws OomdrillError for a bad bundle, unit, probe, target or scale
 */
export function planDrill(scenario: Scenario, real: Bundle, options: PlanOptions): PlannedDrill {
  checkHold(scenario, options.watchdog);
  const warnings = checkBundle(real);
  const hostMemory = parseBytes(real.manifest.host.memory);
  const { room, probes: own } = options;
  const scale =
    'machineBytes' in room
      ? chooseScaleFor(options.scale, hostMemory, room.machineBytes)
      : chooseScale(options.scale, hostMemory, room.availableBytes);
  const bundle = scaleBundle(real, scale);
  const { losesListenerAfterOom } = scenario.standIn ?? {};
  const workload = createWorkload(bundle, { ...options.workloads, scale, losesListenerAfterOom });
  const { serving } = workload;
  const planInjection = (injection: Injection): PlannedInjection => {
    const limitedUnit = limitedUnitFor(injection.place, bundle, serving);
    const ground = {
      limits: computeEffectiveLimits(bundle, limitedUnit),
      hostMemory: hostMemory / scale,
      isContainer: injection.place === undefined && workload.isContainer,
    };
    // A child of the server inherits its score with the OOM killer (proc_pid_oom_score_adj(5)).
    const oomScoreAdj = injection.place === undefined ? serving.oomScoreAdjust : 0;
    return { injection, limitedUnit, plan: injection.kind.plan(injection, ground, { scale, oomScoreAdj }) };
  };
  return {
    scenario,
    bundle,
    serving,
    workload,
    ...createProbes(real, own),
    loadRequest: options.load && planLoad(real, own),
    scale,
    warnings,
    repair: scenario.repair && planRepair(real, scenario.repair, scale),
    injections: scenario.injections.map(planInjection),
    bystanders: (scenario.bystanders ?? []).map(planInjection),
  };
}

/** What serves, for questions to its supervisor. */
export const servingPlace = ({ workload: { name, supervisor }, bundle }: PlannedDrill): ServingPlace => ({
  unit: name,
  port: bundle.manifest.serving.port,
  supervisor,
});

/** The same plan for a server whose place in the guest is known only now. */
export function locatePlan(plan: PlannedDrill, { unit, cgroup, inner }: ServerLocation): PlannedDrill {
  const locate = (serving: ServingUnit): ServingUnit => ({
    ...serving,
    unit: new Unit(unit, serving.unit.files, serving.unit.manager),
    cgroup,
    inner,
    payload: serving.payload && { ...serving.payload, cgroup: inner ?? cgroup },
  });
  const serving = locate(plan.serving);
  const located = ({ limitedUnit, ...planned }: PlannedInjection): PlannedInjection => ({
    ...planned,
    limitedUnit: limitedUnit === plan.serving ? serving : limitedUnit,
  });
  return {
    ...plan,
    serving,
    injections: plan.injections.map(located),
    bystanders: plan.bystanders.map(located),
    repair: plan.repair && { ...plan.repair, serving: locate(plan.repair.serving) },
  };
}

/** A sidecar that says nothing of its probe is asked as the server is. */
function createProbes(
  bundle: Bundle,
  own: readonly Probe[] | undefined,
): Pick<PlannedDrill, 'probe' | 'sidecarProbes'> {
  const { serving, sidecars = [] } = bundle.manifest;
  const create = (asked = serving.probe) => createProbe(asked, { bundle, own });
  return { probe: create(), sidecarProbes: new Map(sidecars.map(({ unit, probe }) => [unit, create(probe)])) };
}

/** @throws OomdrillError `LOAD_PROBE` */
function planLoad(bundle: Bundle, own: readonly Probe[] | undefined): HttpRequest {
  const { probe } = bundle.manifest.serving;
  const request = resolveHttpRequest(probe, { bundle, own });
  if (request) return request;
  const name = typeof probe === 'object' ? probe.kind : probe;
  throw usageError(
    'LOAD_PROBE',
    `${bundle.name}: a load is sent by HTTP or HTTPS only, and this server is asked by the probe "${name}".`,
    'Leave --load out; --rate has the prober itself ask more often, by any probe.',
  );
}

/** The unit whose limits hold at a place. All users' slices have their drop-ins in common, and so have all panes: any name stands for all. */
export function limitedUnitFor(place: Place | undefined, bundle: Bundle, serving: ServingUnit): LimitedUnit {
  switch (place?.kind) {
    case undefined:
      return serving;
    case 'session':
      return resolveSlice(bundle, 'user-1000.slice');
    case 'pane':
      return resolveUserScope(bundle, 'tmux-spawn-1.scope');
    case 'container':
      return resolveSlice(bundle, 'docker.slice');
    case 'scope':
      return resolveSlice(bundle, place.slice);
  }
}

/** @throws OomdrillError `HOLD_TOO_SHORT` */
function checkHold({ name, phases }: Scenario, watchdog: Watchdog): void {
  const window = windowMs(watchdog);
  if (phases.holdMs > window) return;
  throw usageError(
    'HOLD_TOO_SHORT',
    `${name}: a hold of ${formatSeconds(phases.holdMs)} cannot show a silence of ${formatSeconds(window)}, the clients' patience.`,
    'Hold longer, or choose less patient clients with --watchdog.',
  );
}

/** @throws OomdrillError for settings that no unit file may hold */
function planRepair(real: Bundle, { set, stayMs }: Repair, scale: number): PlannedRepair {
  const repaired = withSettings(real, set);
  checkBundle(repaired);
  const hostMemory = parseBytes(real.manifest.host.memory);
  return {
    settings: Object.entries(set).map(
      ([key, value]) => `${key}=${MEMORY_DIRECTIVES.has(key) ? scaleMemoryValue(value, scale, hostMemory) : value}`,
    ),
    serving: resolveServingUnit(scaleBundle(repaired, scale)),
    stayMs,
  };
}
