import type { Expectation } from '../../record/schema.js';
import type { Injection, InjectionKind } from '../injection.js';
import { planStrain, type Strain } from './plan.js';

/** A strain of something else than memory: so many processes that want it. */
export interface StrainInjection extends Injection {
  readonly kind: InjectionKind<StrainInjection>;
  readonly processes: number;
}

/** What a scenario writes of one. */
export type StrainShape = Pick<StrainInjection, 'processes' | 'place'> &
  Partial<Pick<StrainInjection, 'name' | 'comm'>>;

/** What sets one kind of strain apart from another. */
interface Traits extends Pick<InjectionKind, 'name' | 'summary' | 'words'> {
  readonly what: Strain['what'];
  /** What so many processes of it do, with the name of the process before it. */
  readonly does: (processes: number) => string;
  /** The same in words that go on from the verb. */
  readonly describes: (processes: number) => string;
  /** How long it takes until it holds, milliseconds. */
  readonly rampMs: (processes: number) => number;
}

/** A kind of strain. */
export function strainKind({ what, does, describes, rampMs, ...named }: Traits): InjectionKind<StrainInjection> {
  return {
    ...named,
    fields: async () => (await import('./fields.js')).strainSchema,
    contradictionIn: (_, { killed }) => contradiction(named, killed),
    unfitAsBystander: () => `has a ${named.name.replace('-', ' ')} as a bystander`,
    inWords: ({ comm, place, processes }) => `\`${comm}\`${place ? ` in a ${place.kind}` : ''} ${does(processes)}`,
    expectedRampMs: ({ processes }) => rampMs(processes),
    needsMemoryMax: () => false,
    fit: (injection) => ({ injection }),
    plan: (injection, _, scaling) =>
      planStrain(injection, { what, count: injection.processes, describes: describes(injection.processes) }, scaling),
  };
}

const contradiction = ({ name }: Pick<Traits, 'name'>, killed: Expectation['killed']): string | undefined =>
  killed === 'injections' || killed === 'some-injections'
    ? `expects a ${name.replace('-', ' ')} to be killed, which takes no memory to speak of`
    : undefined;

/** Declares an injection of a kind of strain; its name and its process' name are the kind's by default. */
export const declareStrain = (
  kind: InjectionKind<StrainInjection>,
  { name, comm, ...shape }: StrainShape,
): StrainInjection => ({ kind, name: name ?? comm ?? kind.name, comm: comm ?? name ?? kind.name, ...shape });
