import { basename } from 'node:path';
import { formatBytes } from '../../core/bytes.js';
import { formatCount } from '../../core/count.js';
import { shorten } from '../../core/shorten.js';
import type { NamePattern } from '../../formats/earlyoom.js';
import { STAND_INS } from '../../workload/stand-ins.js';
import { findDeadBranches, MAX_COMM_LENGTH, MAX_PATTERN_LENGTH, readPattern } from '../name-pattern.js';
import { readProgramNames } from '../program-names.js';
import type { Rule, Sighting } from '../rule.js';
import type { Scene } from '../scene.js';
import type { Subject } from '../subject.js';

export const preferServer: Rule = {
  id: 'earlyoom-prefer-server',
  severity: 'error',
  title: 'An earlyoom --prefer that matches the server',
  why: 'earlyoom adds 300 to the score of a process that matches: it kills the small server, and spares a large runaway with another name.',
  source: 'Incident 2026-08-16; earlyoom(1), --prefer',
  fix: 'In --prefer, list only names that runaways have, anchored with ^ and $; list the server in --avoid.',
  *check(scene): Iterable<Sighting> {
    for (const { option, text, at } of findPatterns(scene)) {
      const pattern = option === '--prefer' ? readPattern(text) : undefined;
      const names = findServerNames(scene).filter(({ name }) => pattern?.matches?.(name));
      for (const { name, unit } of names)
        yield { at, message: `--prefer '${shorten(text)}' matches ${name}, the name of a process of ${unit}.` };
    }
  },
};

export const patternDead: Rule = {
  id: 'earlyoom-pattern-dead',
  severity: 'warning',
  title: 'An earlyoom pattern that can match nothing',
  why: `earlyoom matches against /proc/PID/comm, which holds the first ${MAX_COMM_LENGTH} bytes of a program's name, without its path or its arguments.`,
  source: 'earlyoom(1), --prefer; proc_pid_comm(5)',
  fix: `Shorten the name to ${MAX_COMM_LENGTH} characters, without its path; ps -e shows names as earlyoom sees them.`,
  *check(scene) {
    for (const { option, text, at } of findPatterns(scene)) {
      const pattern = readPattern(text);
      for (const { branch, why } of pattern ? findDeadBranches(pattern.ast) : [])
        yield {
          at,
          message: `${branch === text ? option : `"${shorten(branch)}" of ${option}`} '${shorten(text)}' matches nothing: it ${why}.`,
        };
    }
  },
};

export const escapeEaten: Rule = {
  id: 'earlyoom-escape-eaten',
  severity: 'warning',
  title: 'A backslash that does not reach earlyoom',
  why: 'systemd removes backslashes when it reads the file, and again when it splits $EARLYOOM_ARGS into words, also within quotes. An escaped dot then matches any character.',
  source: 'systemd.exec(5), EnvironmentFile=; systemd, replace_env_argv(); systemd/systemd#10659',
  fix: 'Write a bracket expression instead of an escape: [.] for \\.',
  *check(scene) {
    for (const { option, text, written, at } of findPatterns(scene))
      if (written !== undefined)
        yield { at, message: `${option} is written '${shorten(written)}', and earlyoom gets '${shorten(text)}'.` };
  },
};

export const patternInvalid: Rule = {
  id: 'earlyoom-pattern-invalid',
  severity: 'error',
  title: 'An earlyoom pattern that is not a regular expression',
  why: 'earlyoom does not start with such a pattern: the host has no backstop.',
  source: 'earlyoom(1), --prefer; regex(7)',
  fix: 'Write a POSIX extended regular expression.',
  *check(scene) {
    for (const { option, text, at } of findPatterns(scene)) {
      const pattern = readPattern(text);
      const notChecked = text.length > MAX_PATTERN_LENGTH || (pattern && !pattern.matches);
      if (notChecked)
        yield {
          at,
          message: `${option} '${shorten(text)}' could not be checked.`,
          severity: 'warning',
          fix: `Write a pattern of at most ${formatCount(MAX_PATTERN_LENGTH)} characters, without references to groups, and with few repetitions of repetitions.`,
        };
      else if (!pattern) yield { at, message: `${option} '${shorten(text)}' is not a POSIX regular expression.` };
    }
  },
};

export const swapThreshold: Rule = {
  id: 'earlyoom-waits-for-swap',
  severity: 'warning',
  title: 'An earlyoom that waits until the swap is used up',
  why: 'earlyoom acts only when memory and swap are both low. Until then the host pages to and from its disk, for minutes.',
  source: 'Incident 2026-06-22 (swap 13.9 of 14.0G, load 60); earlyoom(1), -s',
  fix: 'Add -s 100, so that memory alone decides.',
  *check({ host, earlyoom }) {
    const swap = host.swap ?? 0;
    const floors = (earlyoom?.swapFloors ?? []).map((floor) =>
      'bytes' in floor
        ? { at: floor.at, bytes: floor.bytes, text: formatBytes(floor.bytes) }
        : { at: floor.at, bytes: (swap * floor.percent) / 100, text: `${floor.percent} %` },
    );
    const [lowest] = floors.sort((a, b) => a.bytes - b.bytes);
    if (lowest && lowest.bytes < swap)
      yield { at: lowest.at, message: `earlyoom waits until less than ${lowest.text} of the swap is free.` };
  },
};

/** Of an option that is set several times, earlyoom takes the last: thousands before it have no effect. */
const MAX_PATTERNS = 100;

const findPatterns = ({ earlyoom }: Scene): readonly NamePattern[] => earlyoom?.patterns.slice(-MAX_PATTERNS) ?? [];

/**
 * Names that a process of a Node.js program may have besides its own: the interpreter's, and that of its main thread.
 */
const NODE_NAMES = ['node', 'MainThread'];
const NODE_PROGRAMS: ReadonlySet<string> = new Set(['node', 'npm', 'npx', 'pnpm', 'yarn']);

/** Names of processes of the serving unit; without a bundle.json, of every capped service. */
function findServerNames({ serving, subjects, host }: Scene): { name: string; unit: string }[] {
  const units =
    serving.length > 0
      ? serving
      : subjects.filter(
          (subject) =>
            subject.type === 'service' &&
            subject.name !== 'earlyoom.service' &&
            subject.tightest('MemoryMax', host.memory),
        );
  return units.flatMap((unit) => [...new Set(findProcessNames(unit))].map((name) => ({ name, unit: unit.name })));
}

function findProcessNames(unit: Subject): string[] {
  const names = unit.unit.values('Service', 'ExecStart').flatMap(readProgramNames);
  const isNode =
    names.some((name) => NODE_PROGRAMS.has(name)) ||
    unit.unit.values('Service', 'Environment').some((text) => /\bNODE_/.test(text));
  const known = STAND_INS.filter(({ path }) => names.includes(basename(path)));
  const nodeNames = isNode ? NODE_NAMES : [];
  return [...names, ...nodeNames, ...known.flatMap(({ processNames }) => processNames)];
}
