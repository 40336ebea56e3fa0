import { formatCount } from '../../core/count.js';
import { mayBeOfKernel, type SavedLogLine } from '../log-lines.js';
import type { StatementReader } from './statement.js';

/** Words with which a killer says that it kills for memory. */
const SOUNDS_LIKE_A_KILL = [
  /\b(?:OOM|out[ -]of[ -]memory|low[ -]?memory|memory[ -]?(?:pressure|limit)|lmkd|lowmemorykiller)\b.{0,200}\b(?:kill|SIGKILL|SIGTERM|evict|terminat)/i,
  /\b(?:kill|evict|terminat)(?:s|ed|ing)?\b.{0,200}\b(?:OOM|out[ -]of[ -]memory|low memory|memory[ -]?(?:pressure|limit))\b/i,
  /\bSIGKILL\b|\bsignal 9\b|\bsignal: killed\b|\bwas killed\b/i,
  /\b(?:code|status)\b[ :=]{0,3}137\b/i,
  /\bkill(?:ed|ing) \S.{0,64} \(pid[:=]? ?\d/i,
  /\bkill(?:ed|ing)? (?:the )?(?:process|pid|task|container|cgroup|victim)\b/i,
];

/** What is not a kill, though it sounds like one: lines of the kernel about its OOM killer, and settings. */
const IS_NONE =
  /invoked oom-killer|oom_reaper|OOM killer (?:enabled|disabled)|--oom|OOMPolicy|earlyoom v\d|no killable|^low memory! at or below/i;

/**
 * Lines of a killer that has no reader here. They are called that, because a log with such a line is not one without a
 * kill; its victim is not read. Only the first is quoted.
 */
export const readUnknownKiller: StatementReader = ({ lines }) => {
  const found = lines.filter(({ text }) => !IS_NONE.test(text) && SOUNDS_LIKE_A_KILL.some((words) => words.test(text)));
  const [first] = found;
  if (first === undefined) return [];
  const more = found.length > 1 ? ` (and ${formatCount(found.length - 1)} more such lines)` : '';
  return [{ shows: 'unknown', text: `${introduce(first)}: ${first.text.trim().slice(0, 200)}${more}` }];
};

/** A program that writes the kernel's words, as an alert does, is not a killer. */
const introduce = (line: SavedLogLine): string =>
  !mayBeOfKernel(line) && KERNELS_WORDS.test(line.text)
    ? `${line.from} writes what sounds like a kill`
    : 'A killer that is not known here says';

const KERNELS_WORDS = /out of memory: Kill|oom-kill:constraint=/i;
