import type { Expectation } from '../../record/schema.js';
import type { InjectionKind } from '../injection.js';
import { fitHog } from './fit.js';
import type { Hog } from './hog.js';
import { planHog } from './plan.js';
import { describeTarget } from './target.js';

/** A hog's ramp as measured without KVM, milliseconds. */
const RAMP_MS = 15_000;

/** Processes that take memory, and keep it. */
export const MEMORY_HOG: InjectionKind<Hog> = {
  name: 'memory-hog',
  summary: 'Processes that take memory up to a place below, at or past the limits, and keep it.',
  words: { noun: 'hog', verb: 'grow' },
  fields: async () => (await import('./declaration-schema.js')).hogSchema,
  contradictionIn,
  unfitAsBystander: ({ target }) => (target.kind === 'own' ? undefined : 'has a bystander without a size of its own'),
  inWords: hogInWords,
  expectedRampMs: () => RAMP_MS,
  needsMemoryMax: ({ target }) => target.kind === 'beyond-max',
  fit: fitHog,
  plan: planHog,
};

function contradictionIn({ memory, origin, place }: Hog, { killed }: Expectation): string | undefined {
  if (killed === 'injections' && memory === 'page-cache')
    return 'expects a hog of page cache to be killed, whose memory the kernel takes back';
  if (origin !== undefined && place !== undefined)
    return `has a hog with the origin ${origin}, which is of the container that serves, in a ${place.kind}`;
  return undefined;
}

function hogInWords({
  comm,
  place,
  target,
  memory = 'anonymous',
  tasks = 1,
  hold = 'idle',
  rate,
  origin,
}: Hog): string {
  return [
    `\`${comm}\``,
    tasks === 1 ? '' : `, ${tasks} processes of it,`,
    place === undefined ? '' : ` in a ${place.kind}`,
    origin === 'exec' ? ', which an `exec` starts in the container,' : '',
    ` grows ${describeTarget(target)}`,
    rate === undefined ? '' : ` by ${rate} a second`,
    ` (${memory.replace('-', ' ')} memory${hold === 'churn' ? ', rewritten all the time' : ''})`,
  ].join('');
}
