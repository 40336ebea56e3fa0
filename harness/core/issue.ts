import type { z } from 'zod';
import { shorten } from './shorten.js';

/** Types of JSON values in words, by zod's names. */
const TYPES: Readonly<Record<string, string>> = {
  object: 'an object',
  array: 'a list',
  string: 'a string in quotes',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
};

/**
 * What is wrong with a value, to follow its name in a sentence: `is missing`, `must be a string in quotes (got 5)`. zod's own
 * messages are for programmers.
 */
export function describeIssue(issue: z.core.$ZodRawIssue): string {
  if (issue.input === undefined) return 'is missing';
  const must = describeMust(issue);
  return must === undefined ? 'is not valid' : `must ${must}${describeGiven(issue.input)}`;
}

function describeMust(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      return `be ${TYPES[issue.expected] ?? issue.expected}`;
    case 'invalid_value':
      return `be ${issue.values.map(String).join(' or ')}`;
    case 'too_small':
      if (issue.origin === 'array') return `hold at least ${issue.minimum}`;
      if (issue.origin === 'string') return 'not be empty';
      return issue.inclusive === false ? `be above ${issue.minimum}` : `be at least ${issue.minimum}`;
    case 'too_big':
      return `be at most ${issue.maximum}`;
    case 'invalid_format':
      return issue.format === 'starts_with' ? `begin with ${issue.prefix}` : undefined;
    default:
      return undefined;
  }
}

/**
 * The first thing that a schema found wrong: the way to the value, and zod's message.
 *
 * @param whole stands for a value that is wrong as a whole
 */
export function firstIssueOf({ issues: [issue] }: z.ZodError, whole: string): { where: string; message: string } {
  return { where: shorten(issue?.path.join('.') || whole), message: issue?.message ?? '' };
}

/** The value, unless it is an object, a list or a function, which would be too long. */
export function describeGiven(input: unknown): string {
  if (typeof input === 'object' && input !== null) return '';
  if (typeof input === 'function') return ' (got a function)';
  return ` (got ${typeof input === 'string' ? JSON.stringify(shorten(input)) : shorten(String(input))})`;
}
