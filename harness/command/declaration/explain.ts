import { argument, defineCommand } from '../define.js';
import type { FlagsOf } from '../flag.js';
import { fileNames } from '../words.js';
import { jsonFlag } from './shared.js';

const HELP = `Examples:
  cd /sys/fs/cgroup/system.slice/web.service && grep '' memory.* | oomdrill explain -
  oomdrill explain memory.events.before memory.events.after memory.pressure
  oomdrill explain /sys/fs/cgroup/system.slice/web.service      # as it is now, on this host
  journalctl -k --since 15:00 | oomdrill explain - memory.events

Two readings of a file count from the first to the second; one counts since the cgroup was made.`;

const flags = { json: jsonFlag };

export type ExplainFlags = FlagsOf<typeof flags>;

export const explainCommand = defineCommand({
  name: 'explain',
  description: 'what memory.events, PSI, memory.stat or a kernel log of a real night show',
  argument: argument(
    '<file...>',
    "saved cgroup files or their folder, a kernel log, or the output of grep '' memory.*; - for standard input",
    fileNames,
  ),
  flags,
  help: HELP,
  run: async (paths, flags) => (await import('../explain.js')).executeExplain(paths, flags),
});
