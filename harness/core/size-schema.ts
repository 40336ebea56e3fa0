import { z } from 'zod';
import { parseBytes, SIZE } from './bytes.js';
import { OomdrillError } from './errors.js';
import { describeGiven } from './issue.js';

/** A finite size in systemd's notation. Its patterns also match sizes that are too large, and fractions of one byte. */
export function sizeFrom(min: number) {
  const what = min > 0 ? 'a size above 0, such as 16G' : 'a size such as 16G, or 0';
  const error = ({ input }: { input?: unknown }) => `must be ${what}${describeGiven(input)}`;
  return z
    .string()
    .regex(SIZE, { error, abort: true })
    .regex(min > 0 ? /[1-9]/ : /[0-9]/, { error, abort: true })
    .refine((text) => (tryParseBytes(text) ?? Number.NaN) >= min, { error });
}

function tryParseBytes(text: string): number | undefined {
  try {
    return parseBytes(text);
  } catch (thrown) {
    if (thrown instanceof OomdrillError) return undefined;
    throw thrown;
  }
}

/** A size above 0, under the name that the published schemas have for it. */
export const size = sizeFrom(1).meta({ id: 'size', examples: ['24G', '1.5G', '512M'] });
