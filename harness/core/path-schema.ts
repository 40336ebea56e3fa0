import { z } from 'zod';

const CHARACTER = String.raw`[^/\x00-\x1f\x7f]`;

/** A name of a file that is neither `.` nor `..`. */
const PART = String.raw`(?:(?:\.{0,1}[^./\x00-\x1f\x7f]|\.\.${CHARACTER})${CHARACTER}*)`;

/** A path that stays below a folder. As one pattern without a look ahead, so that the JSON Schema has it. @param message what it must be @param end a pattern for its end */
export const pathBelow = (message: string, start = '', end = '') =>
  z.string().regex(new RegExp(`^${start}(?:${PART}/)*${PART}${end}$`), message);
