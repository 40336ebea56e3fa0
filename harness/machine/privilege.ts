/**
 * A command and its arguments, run as root: as it is when we are root, else through sudo.
 *
 * @param ask whether sudo may ask for a password; where it may not, the command fails instead
 */
export function asRoot(file: string, args: readonly string[], ask = true): [string, string[]] {
  if (process.getuid?.() === 0) return [file, [...args]];
  const how = ask ? ['--'] : ['-n', '--'];
  return ['sudo', [...how, file, ...args]];
}
