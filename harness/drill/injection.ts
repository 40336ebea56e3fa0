import { sleep } from '../core/deadline.js';
import type { RunningInjection } from '../inject/injection.js';
import { roleOf } from '../inject/place.js';
import type { PlannedInjection } from './plan.js';
import type { Settled } from './settle.js';
import type { Stage } from './stage.js';
import type { Watch } from './watch.js';

/** Starts one injection, and waits until it is where it is to be, or dead, or stuck. */
export async function inject(
  stage: Stage,
  watch: Watch,
  { places, serverPid }: Pick<Settled, 'places' | 'serverPid'>,
  planned: PlannedInjection,
): Promise<RunningInjection> {
  const { injection, plan } = planned;
  const { machine, recorder, progress, signal } = stage;
  const { kind, name, comm } = injection;
  const role = roleOf(injection.place);
  const place = places.get(role);
  const { serving, workload } = stage.plan;
  const cgroup = place?.cgroup ?? serving.inner ?? serving.cgroup;
  const limitingCgroup = place ? (place.limited?.cgroup ?? cgroup) : serving.cgroup;
  const childOf = workload.isContainer && place === undefined ? serverPid : undefined;
  recorder.write({
    type: 'injection',
    t: recorder.clock.now(),
    kind: kind.name,
    words: kind.words,
    name,
    comm,
    cgroup,
    role,
    ...plan.recorded,
  });
  progress(`injection: ${plannedInWords(planned, stage.plan.scale)}`);
  const running = await plan.start(machine, { cgroup, limitingCgroup, childOf }, signal);
  await waitForRamp(stage, watch, planned);
  return running;
}

function plannedInWords({ injection: { kind, name, place }, plan }: PlannedInjection, scale: number): string {
  const where = place ? ` in a ${place.kind}` : '';
  const size = plan.holdsAt === undefined ? '' : ` (${plan.holdsAt} at scale 1/${scale})`;
  return `${name} ${kind.words.verb}s${where} ${plan.recorded.describes}${size}`;
}

/** None of what ends the wait is an error: an injection that does not get there is a finding, and the hold goes on from there. */
async function waitForRamp(
  { recorder, pace, signal }: Stage,
  watch: Watch,
  { injection: { name, place }, plan }: PlannedInjection,
): Promise<void> {
  const role = roleOf(place);
  const isSettled = plan.watchRamp(recorder.clock.now(), pace.slowness);
  const look = () => ({
    t: recorder.clock.now(),
    progress: watch.progressOf(name),
    currentBytes: watch.currentBytes(role),
    memoryStallMs: watch.memoryStallMs(role),
  });
  while (!isSettled(look())) {
    recorder.throwIfBroken();
    await sleep(50, signal);
  }
}
