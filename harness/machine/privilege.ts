/** A command and its arguments, run as root: as it is when we are root, else through sudo. */
export function asRoot(file: string, args: readonly string[]): [string, string[]] {
  return process.getuid?.() === 0 ? [file, [...args]] : ['sudo', ['--', file, ...args]];
}
