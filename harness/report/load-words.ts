import { formatSeconds } from '../core/clock.js';
import { orUnknown } from '../core/unknown.js';
import { describeLoad } from '../record/load.js';
import type { LoadEvidence } from '../verdict/load.js';

type PhaseEvidence = NonNullable<NonNullable<LoadEvidence>['hold']>;

/** What became of a load, line by line; none where none was asked for. */
export function describeLoadEvidence(load: LoadEvidence): string[] {
  if (!load) return [];
  const phases = (['baseline', 'hold'] as const).flatMap((name) => {
    const phase = load[name];
    return phase ? [{ name, phase }] : [];
  });
  const asked = `load of ${describeLoad(load)}`;
  if (phases.length === 0) return [`${asked}: the drill ended before it began`];
  return phases.flatMap(({ name, phase }) => [
    `${asked}, in the ${name}: ${describePhase(phase)}`,
    ...(phase.behind ? [describeBehind(name, phase)] : []),
  ]);
}

function describePhase(phase: PhaseEvidence): string {
  const { sentPerSecond, answeredPercent, p50Ms, p99Ms, generatorCpuPercent, serverCpuPercent } = phase;
  const times = p50Ms === null ? '' : `, p50 ${formatSeconds(p50Ms)}, p99 ${orUnknown(p99Ms, formatSeconds)} at most`;
  const cost =
    generatorCpuPercent === null
      ? 'what sending took is unknown'
      : `sending took ${formatShare(generatorCpuPercent)} of one CPU of this host`;
  const server = serverCpuPercent === null ? '' : `, the server ${formatShare(serverCpuPercent)} of one of the guest`;
  return `${sentPerSecond.toFixed(1)} sent, ${orUnknown(answeredPercent, formatShare)} answered${times}; ${cost}${server}`;
}

/** It waits where the server does not answer: that is what a drill is about. That it has no CPU itself is this host's doing. */
function describeBehind(name: string, { askedPerSecond, sentPerSecond, stallMs }: PhaseEvidence): string {
  const cause =
    stallMs === null
      ? 'its generator was not there'
      : stallMs >= LONG_STALL_MS
        ? `its generator itself stood still for up to ${formatSeconds(stallMs)}`
        : 'as many requests as may waited for an answer';
  return `warning: the load fell behind in the ${name}, with ${sentPerSecond.toFixed(1)} of ${askedPerSecond.toFixed(1)} requests a second: ${cause}`;
}

/** A second's requests go out late by then. */
const LONG_STALL_MS = 1_000;

const formatShare = (percent: number): string => `${percent.toFixed(percent < 10 ? 1 : 0)} %`;
