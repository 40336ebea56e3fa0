import { isAbsolute } from 'node:path';

/**
 * A path as ssh reads it: it has tokens that begin with a percent sign, and a tilde at the start is a home (ssh_config(5), TOKENS).
 * It has variables too, `${NAME}`, and no way to write those words themselves.
 */
export const sshPath = (path: string): string => (isAbsolute(path) ? path : `./${path}`).replaceAll('%', '%%');

/** The same as the value of `-o`, which ssh takes apart into words as a line of its configuration. */
export function sshOptionValue(path: string): string {
  const value = sshPath(path);
  return /^[\w./:@+%-]+$/.test(value) ? value : `"${value.replace(/["\\]/g, '\\$&')}"`;
}
