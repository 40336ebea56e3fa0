import { z } from 'zod';
import { DURATION, parseDuration } from './duration.js';
import { OomdrillError } from './errors.js';
import { describeGiven } from './issue.js';

const error = ({ input }: { input?: unknown }) =>
  `must be a duration above 0 and of at most 24h, such as 90s or 5min${describeGiven(input)}`;

/**
 * A duration above 0, as `parseDuration` reads it, under the name that the published schemas have for it. Its patterns also match
 * one of more than a day, and less than a millisecond.
 */
export const duration = z
  .string()
  .regex(DURATION, { error, abort: true })
  .regex(/[1-9]/, { error, abort: true })
  .refine((text) => (tryParseDuration(text) ?? 0) > 0, { error })
  .meta({ id: 'duration', examples: ['90s', '5min'] });

function tryParseDuration(text: string): number | undefined {
  try {
    return parseDuration(text);
  } catch (thrown) {
    if (thrown instanceof OomdrillError) return undefined;
    throw thrown;
  }
}
