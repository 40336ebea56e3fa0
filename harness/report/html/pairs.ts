import { wordsOf } from '../../record/injection.js';
import type { ReportedDrill } from './drill.js';

/** A control and the claim that repairs its limits, as indices of the two drills. */
export interface Pair {
  readonly control: number;
  readonly repair: number;
}

/** Finds the first repair of each control: a claim with the same injection on the same guest, but with other limits. */
export function findPairs(drills: readonly Pick<ReportedDrill, 'run' | 'header' | 'injections'>[]): Pair[] {
  return drills.flatMap((drill, control) => {
    if (!drill.run.control || drill.injections.length === 0) return [];
    const repair = drills.findIndex(
      (other) =>
        !other.run.control &&
        other.header.scenario.bundle !== drill.header.scenario.bundle &&
        isSameInjection(other, drill),
    );
    return repair === -1 ? [] : [{ control, repair }];
  });
}

type Injected = Pick<ReportedDrill, 'run' | 'injections'>;

const isSameInjection = (one: Injected, other: Injected): boolean =>
  composeInjectionKey(one) === composeInjectionKey(other);

function composeInjectionKey({ run, injections }: Injected): string {
  const injected = injections.map((injection) => {
    const { comm, cgroup, describes, memory, role } = injection;
    return [wordsOf(injection).kind, comm, cgroup, describes, memory, role];
  });
  return JSON.stringify([run.guest, run.scale, injected]);
}
