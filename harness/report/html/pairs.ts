import { wordsOf } from '../../record/injection.js';
import type { ReportedDrill } from './drill.js';

/** A control and the claim that is its repair: places of the two among the drills. */
export interface Pair {
  readonly control: number;
  readonly repair: number;
}

/** A repair is the same injection, on the same guest, that must come out well on other limits. The first one of each control. */
export function findPairs(drills: readonly Pick<ReportedDrill, 'run' | 'header' | 'injections'>[]): Pair[] {
  return drills.flatMap((drill, control) => {
    if (!drill.run.control || drill.injections.length === 0) return [];
    const repair = drills.findIndex(
      (other) =>
        !other.run.control &&
        other.header.scenario.bundle !== drill.header.scenario.bundle &&
        sameInjection(other, drill),
    );
    return repair === -1 ? [] : [{ control, repair }];
  });
}

type Injected = Pick<ReportedDrill, 'run' | 'injections'>;

const sameInjection = (one: Injected, other: Injected): boolean => injectionKey(one) === injectionKey(other);

function injectionKey({ run, injections }: Injected): string {
  const injected = injections.map((injection) => {
    const { comm, cgroup, describes, memory, role } = injection;
    return [wordsOf(injection).kind, comm, cgroup, describes, memory, role];
  });
  return JSON.stringify([run.guest, run.scale, injected]);
}
