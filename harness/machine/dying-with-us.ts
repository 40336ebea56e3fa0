/**
 * A command that dies with this process, whatever ends that: the kernel kills it when its parent is gone (prctl(2),
 * PR_SET_PDEATHSIG; setpriv(1)). A parent that was gone before the kernel was asked is noticed by the shell in between,
 * and the program is not started.
 */
export const dyingWithUs = (
  program: string,
  args: readonly string[],
  parent: number = process.pid,
): [file: string, args: string[]] => [
  'setpriv',
  ['--pdeathsig', 'KILL', 'sh', '-c', '[ "$PPID" = "$0" ] && exec "$@"', String(parent), program, ...args],
];
