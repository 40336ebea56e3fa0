import { type Bytes, renderBytes } from '../../core/bytes.js';

/** The limits a `t3-serve@.service` is generated from. */
export interface UnitLimits {
  readonly memoryHigh: Bytes;
  readonly memoryMax: Bytes;
  readonly memorySwapMax: Bytes;
  /** Not set at all where it is absent: systemd's default is `stop`. */
  readonly oomPolicy?: 'continue' | 'stop' | 'kill';
  /** Further lines of [Service], as they stand in the file. */
  readonly further?: string;
}

const WHY_NO_HIGH = `# No soft limit: above MemoryHigh the kernel throttles every task of the cgroup, the server too, and never kills
# (cgroup-v2.rst, memory.high). With swap forbidden nothing gives way: a runaway must reach MemoryMax and die there.`;
const WHY_HIGH = `# A soft band below MemoryMax: a runaway that comes to rest in it is throttled with the server and never killed.`;

const WHY_OOM_POLICY = `# Agents are children of the server: one that is killed for memory must not take the unit with it (systemd.service(5)).`;

/** The unit of the web sessions, one instance a user, as text. */
export function t3ServeUnit({ memoryHigh, memoryMax, memorySwapMax, oomPolicy, further = '' }: UnitLimits): string {
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
