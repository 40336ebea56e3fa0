import { cgroupFileAt } from './cgroup-file.js';

/** What a line of a shell's transcript asked for. */
export interface ShellCommand {
  /** The cgroup files that it names, in their order, as paths. */
  readonly files: readonly string[];
  /** The directory that it leaves the shell in; undefined if it says nothing of that. */
  readonly directory: string | undefined;
}

/** `$ `, `root@host:/sys/fs/cgroup# `, `[root@host ~]# `, `/ # `, `PS C:\> `, `+ ` of `set -x`, and what watch writes above the output. */
const PROMPT =
  /^(?:\+{1,4} |Every \d[\d.]{0,8}s: |(?:\[[^\]]{1,200}\]|\([^)]{1,60}\) \S{0,200}|\S{0,200}(?: \S{1,200})?) ?[$#%❯>] )\s*(?=\S)/u;
const MAY_HAVE_PROMPT = /^\+|^Every |[$#%❯>] /;
const PROMPT_DIRECTORY = /:([~/][^\s:$#]{0,400})[$#] $/;
const PREFIX = /^(?:(?:sudo|time|nice|env|[A-Z_]{1,20}=\S{0,200}) +){1,6}/;

const READS =
  /^(?:cat|bat|head|tail|grep|egrep|rg|more|less|zcat|awk|sed|paste|cd|for|while|watch|kubectl|oc|docker|podman|crictl|nerdctl|nsenter|ssh|lxc|incus|machinectl|systemd-run|sh|bash)$/;
/** Commands whose output is none of a cgroup's files. */
const OTHERS =
  /^(?:date|echo|uptime|free|ls|ps|top|systemctl|journalctl|dmesg|uname|hostname|sleep|clear|exit|vmstat|mount|find|stat|watch|true)$/;

/**
 * Reads a line in which a shell was given a command. Without a prompt before it, it must name a cgroup file.
 *
 * @param directory where the shell is, for relative names
 * @returns undefined for any other line
 */
export function parseCommand(line: string, directory: string | undefined): ShellCommand | undefined {
  const prompt = MAY_HAVE_PROMPT.test(line) ? (PROMPT.exec(line)?.[0] ?? '') : '';
  const command = line.slice(prompt.length).replace(PREFIX, '');
  const verb = /^[\w./-]{1,80}/.exec(command)?.[0].replace(/^.*\//, '') ?? '';
  if (!READS.test(verb) && !(prompt !== '' && OTHERS.test(verb))) return undefined;
  const from = PROMPT_DIRECTORY.exec(prompt)?.[1] ?? directory;
  const words = command.split(/[\s;&|<>"'`()]+/).filter(Boolean);
  const found = READS.test(verb) ? namedFiles(words, from) : { files: [], directory: from };
  return prompt === '' && found.files.length === 0 && verb !== 'cd' ? undefined : found;
}

function namedFiles(words: readonly string[], from: string | undefined): ShellCommand {
  const files: string[] = [];
  let directory = from;
  const host = hostOf(words);
  words.forEach((word, index) => {
    if (words[index - 1] === 'cd') directory = word.startsWith('/') || !directory ? word : `${directory}/${word}`;
    for (const path of expandBraces(word)) {
      if (!cgroupFileAt(path)) continue;
      const whole = path.startsWith('/') || !directory ? path : `${directory.replace(/\/+$/, '')}/${path}`;
      files.push(host === undefined ? whole : `${host}:${whole}`);
    }
  });
  return { files, directory };
}

/** Whose files those are that a command reads elsewhere: `kubectl exec -n a pod-b -- cat ...`, `docker exec web cat ...`. */
function hostOf(words: readonly string[]): string | undefined {
  const start = words.indexOf('exec');
  const end = words.findIndex((word, index) => index > start && (word === '--' || READS.test(word)));
  if (start < 0 || end < 0) return undefined;
  return words
    .slice(start + 1, end)
    .filter((word) => !/^-+(?:it|i|t|stdin|tty)?$/.test(word))
    .join(' ');
}

const MAX_NAMES = 64;

/** `memory.{high,max}` as the shell expands it; a word without braces as it is. */
function expandBraces(word: string): string[] {
  const match = /^([^{}]{0,400})\{([^{}]{1,400})\}([^{}]{0,100})$/.exec(word);
  if (!match) return [word];
  const [, before = '', inside = '', after = ''] = match;
  return inside.split(',', MAX_NAMES).map((each) => `${before}${each}${after}`);
}

/** What cat, grep and the like say of a file that they could not read. */
export const isComplaint = (line: string): boolean =>
  /^(?:\S{0,20}\/)?-?(?:cat|grep|egrep|head|tail|rg|more|less|ls|sh|bash|zsh|ash|awk|sed): /.test(line);
