import { z } from 'zod';

/** A path that stays below a folder: not absolute, and without `.` and `..`. @param message what it must be */
export const pathBelow = (message: string) => z.string().refine(staysBelow, message);

const staysBelow = (path: string): boolean =>
  !/\p{Cc}/u.test(path) && path.split('/').every((part) => !/^\.{0,2}$/.test(part));
