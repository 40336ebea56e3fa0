import type { FileKind } from './file-kind.js';

/** Where a host has files of a kind, and how one is known anywhere else. */
interface Marks {
  readonly places?: readonly string[];
  /** What the paths at those places match; all do if it is left out. */
  readonly at?: RegExp;
  /** What the path of such a file ends with, wherever it is: its name, or the folder as well. */
  readonly named?: RegExp;
  readonly holds?: RegExp;
}

const unread = (what: string, { places = [], at, named, holds }: Marks): FileKind => ({
  what,
  places,
  isAt: (path) => (at?.test(path) ?? true) && places.some((place) => path === place || path.startsWith(`${place}/`)),
  placeOf: ({ path }) => (named?.test(path) ? path : undefined),
  holds,
});

/** Directives of systemd about memory, and controls of cgroups, in whatever text they are. */
const LIMITS =
  /\bMemory(?:Max|High|Low|Min|SwapMax|Limit)\b|\bOOM(?:Policy|ScoreAdjust)\b|\bmemory\.(?:max|high|low|min|limit_in_bytes|soft_limit_in_bytes|oom\.group)\b|\boom_score_adj\b/;

/**
 * Kinds of files that set memory limits, or decide which process is killed, and that are listed instead of read. A kind whose files
 * mostly say something else has a pattern for their text.
 */
export const UNREAD_KINDS: readonly FileKind[] = [
  unread("nohang's settings", { places: ['etc/nohang'], at: /\.conf$/, named: /(?:^|\/)nohang[^/]*\.conf$/ }),
  unread("settings of Facebook's oomd", { places: ['etc/oomd', 'etc/oomd.json'], named: /(?:^|\/)oomd\.json$/ }),
  unread('several quadlets in one file, as `podman quadlet install` takes them', { named: /\.quadlets$/ }),
  unread('an nspawn container', { places: ['etc/systemd/nspawn', 'run/systemd/nspawn'], named: /\.nspawn$/ }),
  unread('a Nomad job, or settings of Nomad', {
    places: ['etc/nomad.d', 'etc/nomad'],
    at: /\.(?:hcl|nomad|json)$/,
    named: /\.nomad(?:\.hcl|\.json)?$/,
  }),
  unread('an HCL file that names memory, such as a Nomad job', { named: /\.hcl$/, holds: /\bmemory(?:_max)?\s*=/ }),
  unread("Slurm's limits", {
    places: ['etc/slurm', 'etc/slurm-llnl'],
    at: /\/(?:cgroup|slurm)\.conf$/,
    named: /(?:^|\/)(?:slurm\.conf|cgroup\.conf)$/,
    holds: /\b(?:Constrain|AllowedRAM|AllowedSwap|MaxRAM|MaxSwap|MinRAM|Mem|RealMemory|MaxMemPer|DefMemPer)/i,
  }),
  unread('a domain of libvirt', {
    places: ['etc/libvirt/qemu', 'etc/libvirt/lxc'],
    at: /\.xml$/,
    named: /\.xml$/,
    holds: /^(?=[\s\S]*?<domain\b)[\s\S]*?<(?:memory|memtune|currentMemory)\b/,
  }),
  unread("supervisord's programs", {
    places: ['etc/supervisord.conf', 'etc/supervisord.d', 'etc/supervisor'],
    at: /\.(?:conf|ini)$/,
    named: /(?:^|\/)supervisord?(?:\.conf|\.d\/[^/]+|\/conf\.d\/[^/]+)$/,
  }),
  unread("monit's checks of memory", {
    places: ['etc/monit', 'etc/monit.d', 'etc/monitrc', 'etc/monit.conf'],
    named: /(?:^|\/)(?:monitrc|monit\.conf|(?:monit|monit\.d|conf-enabled)\/[^/]+)$/,
    holds: /\bif\s+(?:total\s*)?mem(?:ory)?\b/i,
  }),
  unread('limits of login sessions by pam_limits', {
    places: ['etc/security/limits.conf', 'etc/security/limits.d'],
    at: /\.conf$/,
    named: /(?:^|\/)(?:limits\.conf|limits\.d\/[^/]+\.conf)$/,
    holds: /^[ \t]*[^#\s][^\n]*\b(?:as|data|rss|memlock)\b/m,
  }),
  unread("libcgroup's groups or rules", {
    places: ['etc/cgconfig.conf', 'etc/cgconfig.d', 'etc/cgrules.conf', 'etc/cgrules.d'],
    named: /(?:^|\/)(?:cgconfig|cgrules|cgsnapshot)[^/]*\.conf$/,
  }),
  unread("settings of the kernel's memory by sysctl", {
    places: ['etc/sysctl.conf', 'etc/sysctl.d', 'run/sysctl.d', 'usr/local/lib/sysctl.d'],
    named: /(?:^|\/)(?:sysctl\.conf|sysctl\.d\/[^/]+\.conf)$/,
    holds: /^[ \t]*-?vm[./](?:overcommit|panic_on_oom|oom_|admin_reserve|user_reserve|min_free_kbytes|swappiness)/m,
  }),
  unread('a template of a unit file or of another file with memory limits', {
    named: /\.(?:j2|jinja2?|erb|epp|tmpl|tpl|in|mustache|gotmpl)$/,
    holds: LIMITS,
  }),
  unread('a template of manifests, such as of Helm', {
    named: /\.(?:ya?ml|json)$/,
    holds: /^(?=[\s\S]*?\{\{)(?=[\s\S]*?\b(?:memory|resources)\b)/,
  }),
  unread('a file that names memory limits', {
    named: /\.(?:conf|cfg|ini|ya?ml|json|toml|xml|env|properties|nix|sh|bash|py|pp|tf)$/,
    holds: LIMITS,
  }),
];
