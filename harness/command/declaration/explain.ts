import { argument, defineCommand } from '../define.js';
import type { FlagsOf } from '../flag.js';
import { fileNames } from '../words.js';
import { jsonFlag } from './shared.js';

const flags = { json: jsonFlag };

export type ExplainFlags = FlagsOf<typeof flags>;

export const explainCommand = defineCommand({
  name: 'explain',
  description: 'Say which outcome the memory files and kernel log of a real host show',
  details: [
    'Reads what was saved of memory.events, memory.pressure (PSI), memory.stat and their like, and of a kernel log. Where a file is given twice, as it was before and after, the counters in between count; one copy counts from the start of its cgroup. Whichever outcome the files show, the exit status is 0. A file that cannot be read hides no other, and makes it 2.',
    'A text may hold several files: the output of grep, head or tail -n +1, cat of several, the transcript of a shell. In a directory, the cgroups below are read too, and logs. Cgroups of which none is above the others are looked at one by one, and the one that fared worst gives the outcome. memory.events counts those below; memory.events.local and memory.oom.group tell whose it was. Read too: /proc/pressure/memory, tasks that were blocked for more than 120 seconds, and of cgroup v1 memory.failcnt, usage and limit, memory.oom_control and memory.stat. Not read: io and cpu files, memory.swap.*, /proc/meminfo and vmstat, free, docker stats. What is missing is unknown, and said to be.',
    'Kills are read from logs in any form of dmesg, journalctl and syslog: those of kernels since 2.6.18, systemd, systemd-oomd, earlyoom, nohang, oomd and Talos; and from systemctl show and status, kubectl (pods in YAML and JSON, describe, events), crictl inspect, and docker or podman (inspect, events, ps). Not read: core dumps, metrics, archives. A killer that is not known here is called that, and exit code 137 alone proves no OOM kill.',
  ],
  argument: argument(
    '<file...>',
    "saved files of a cgroup or their directory, a kernel log, or the output of grep '' memory.*; - for standard input",
    fileNames,
  ),
  flags,
  examples: [
    { does: 'A cgroup of this machine, now', line: 'oomdrill explain /sys/fs/cgroup/system.slice/web.service' },
    {
      does: 'The same from the output of grep, which may be of another host',
      line: "cd /sys/fs/cgroup/system.slice/web.service && grep '' memory.* | oomdrill explain -",
    },
    {
      does: 'The services of a host, to see which of them it was',
      line: "grep '' /sys/fs/cgroup/system.slice/*/memory.* | oomdrill explain -",
    },
    {
      does: 'Before and after an incident',
      line: 'oomdrill explain memory.events.before memory.events.after memory.pressure',
    },
    { does: 'With the kernel log', line: 'journalctl -k --since 15:00 | oomdrill explain - memory.events' },
    {
      does: 'What became of a unit',
      line: 'journalctl --since 15:00 > log && systemctl show web > show && oomdrill explain log show',
    },
  ],
  exitStatus: {
    0: 'all files could be read',
    2: 'some of the files could not be read',
    64: 'usage error, or none of the files can be read',
  },
  run: async (paths, flags) => (await import('../explain.js')).executeExplain(paths, flags),
});
