import { type Bytes, renderBytes } from '../../core/bytes.js';

/** The limits for a `t3-serve@.service`. */
export interface UnitLimits {
  readonly memoryHigh: Bytes;
  readonly memoryMax: Bytes;
  readonly memorySwapMax: Bytes;
  /** Undefined for systemd's default, which is `stop`. */
  readonly oomPolicy?: 'continue' | 'stop' | 'kill';
  /** More lines of [Service]. */
  readonly further?: string;
}

const WHY_NO_HIGH = `# No soft limit: above MemoryHigh the kernel throttles every task of the cgroup, the server too, and never kills
# (cgroup-v2.rst, memory.high). Without swap it can reclaim almost nothing: a runaway must reach MemoryMax and die there.`;
const WHY_HIGH = `# A soft band below MemoryMax: a runaway that settles in it is throttled with the server and never killed.`;

const WHY_OOM_POLICY = `# Agents are children of the server: an OOM kill of one of them must not stop the unit (systemd.service(5)).`;

/** Renders the unit of the web sessions, which has one instance per user. */
export function renderT3ServeUnit({
  memoryHigh,
  memoryMax,
  memorySwapMax,
  oomPolicy,
  further = '',
}: UnitLimits): string {
  return `[Unit]
Description=T3 Code for %i
After=network.target

[Service]
Type=simple
User=%i
Group=%i
Environment=HOME=/home/%i
Environment=PATH=/home/%i/.local/bin:/usr/local/bin:/usr/bin:/bin
Environment=NODE_ENV=production
EnvironmentFile=/etc/t3-serve/%i.env
EnvironmentFile=-/home/%i/.config/claude-auth-sync/claude-oauth.env
WorkingDirectory=/home/%i
ExecStart=/usr/bin/t3 serve --host 0.0.0.0 --port \${T3_PORT} --base-dir /home/%i/.t3
Restart=on-failure
RestartSec=5

${memoryHigh === Number.POSITIVE_INFINITY ? WHY_NO_HIGH : WHY_HIGH}
MemoryHigh=${renderBytes(memoryHigh)}
MemoryMax=${renderBytes(memoryMax)}
MemorySwapMax=${renderBytes(memorySwapMax)}
${oomPolicy === undefined ? '' : `${WHY_OOM_POLICY}\nOOMPolicy=${oomPolicy}\n`}${further}
[Install]
WantedBy=multi-user.target
`;
}
