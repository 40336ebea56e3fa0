import { basename } from 'node:path';
import { splitVariable } from '../systemd/environment-file.js';

/** Programs that run the script of their option `-c`. */
export const SHELLS: ReadonlySet<string> = new Set(['sh', 'bash', 'dash', 'ash', 'zsh', 'ksh']);

/** Programs that only change something for the command in their arguments, which they then run. */
const WRAPPERS: ReadonlySet<string> = new Set([
  ...['catatonit', 'chroot', 'chrt', 'choom', 'doas', 'dumb-init', 'env', 'eval', 'flock', 'ionice', 'nice', 'nohup'],
  ...['numactl', 'runuser', 'setpriv', 'setsid', 'stdbuf', 'su', 'sudo', 'systemd-cat', 'systemd-inhibit', 'taskset'],
  ...['timeout', 'tini', 'unbuffer'],
]);

/** A script in a script in a script is not looked into any further. */
const MAX_DEPTH = 3;

/**
 * Splits a line of `ExecStart=` into the commands that it runs, each as its words: those of a shell with `-c`, and of
 * systemd's own `;` (systemd.service(5), "Command lines").
 */
export function splitCommandLine(line: string): readonly (readonly string[])[] {
  const words = splitVariable(line.replace(/^[@\-:+!|]+/, ''));
  return splitAt(words, ';').flatMap((command) => expandShell(command, 0));
}

function expandShell(words: readonly string[], depth: number): (readonly string[])[] {
  const [program = '', ...args] = dropAssignments(words);
  const inner = WRAPPERS.has(basename(program)) ? args.findIndex((word) => SHELLS.has(basename(word))) : -1;
  if (inner >= 0) return expandShell(args.slice(inner), depth);
  const script = SHELLS.has(basename(program)) && depth < MAX_DEPTH ? findScript(args) : undefined;
  if (script === undefined) return program === '' ? [] : [[program, ...args]];
  return splitScript(script).flatMap((part) => expandShell(splitVariable(part), depth + 1));
}

/**
 * The command among these words that runs one of the wanted programs: itself, or what a wrapper such as `env`, `sudo` or
 * `timeout` runs in the end. Undefined if there is none.
 */
export function unwrapCommand(
  words: readonly string[],
  isWanted: (program: string) => boolean,
): readonly string[] | undefined {
  const [program = '', ...args] = dropAssignments(words);
  if (isWanted(program)) return [program, ...args];
  if (!WRAPPERS.has(basename(program))) return undefined;
  const start = args.findIndex(isWanted);
  return start < 0 ? undefined : args.slice(start);
}

/** Words of a shell before a command. */
const KEYWORD = /^(?:exec|command|then|do|else|if|while|until|time|!|\{|\()$/;

/** A command without leading assignments of variables and keywords. */
const dropAssignments = (words: readonly string[]): readonly string[] => {
  const start = words.findIndex((word) => !/^\w+=/.test(word) && !KEYWORD.test(word));
  return start < 0 ? [] : words.slice(start);
};

/** The script of `-c`, which may be combined with other flags: `bash -lc SCRIPT`, `sh -c -e SCRIPT`. */
export function findScript(args: readonly string[]): string | undefined {
  const flag = args.findIndex((arg) => /^-[A-Za-z]+$/.test(arg) && arg.includes('c'));
  return flag < 0 ? undefined : args.slice(flag + 1).find((arg) => !arg.startsWith('-'));
}

/** Splits a script at its operators and line breaks, outside of quotes. */
export function splitScript(script: string): string[] {
  const parts = script.match(/(?:"(?:[^"\\]|\\.)*"|'[^']*'|\\.|[^;|&\n])+/gs) ?? [];
  return parts.map((part) => part.trim()).filter((part) => part !== '');
}

function splitAt(words: readonly string[], separator: string): (readonly string[])[] {
  const groups: string[][] = [[]];
  for (const word of words) {
    if (word === separator) groups.push([]);
    else groups.at(-1)?.push(word);
  }
  return groups;
}
