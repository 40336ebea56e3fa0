import { z } from 'zod';

/** A part of a path that is neither `.` nor `..`, of letters, digits and a few signs. */
const PART = '[\\w@%+,:=~-][\\w@%+,:=~. -]*';

/** A path that stays below a folder. As one pattern without a look ahead, so that the JSON Schema has it. @param message what it must be @param end a pattern for its end */
export const pathBelow = (message: string, start = '', end = '') =>
  z.string().regex(new RegExp(`^${start}(?:${PART}/)*${PART}${end}$`), message);
