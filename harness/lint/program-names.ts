import { splitVariable } from '../systemd/environment-file.js';
import { findScript, SHELLS, splitScript } from './commands.js';
import { MAX_COMM_LENGTH } from './name-pattern.js';

/**
 * Names of the processes that a command of `ExecStart=` starts, as the kernel shows them: for a shell with `-c` also
 * what its script runs, because that is the server. Approximate: a script is split at its operators, and its last
 * command is taken to be the server.
 */
export function readProgramNames(command: string): string[] {
  // Prefixes such as `-` and `+` are for systemd (systemd.service(5), "Command lines").
  return readNames(splitVariable(command.replace(/^[@\-:+!|]+/, ''))).map((name) => name.slice(0, MAX_COMM_LENGTH));
}

function readNames(words: readonly string[]): string[] {
  const [program, ...args] = dropEnvironment(words);
  const name = program?.split('/').at(-1);
  if (!name) return [];
  const script = SHELLS.has(name) ? findScript(args) : undefined;
  if (script === undefined) return [name];
  const commands = splitScript(script)
    .map((part) => dropEnvironment(splitVariable(part)))
    .filter(({ length }) => length > 0);
  const last = commands.find(([word]) => word === 'exec')?.slice(1);
  // `exec` replaces the shell.
  return last ? readNames(last) : [name, ...readNames(commands.at(-1) ?? [])];
}

/** A command without leading assignments of variables, and without `env`. */
function dropEnvironment(words: readonly string[]): readonly string[] {
  const start = words.findIndex((word) => !/(?:^|\/)env$|^\w+=/.test(word));
  return start < 0 ? [] : words.slice(start);
}
