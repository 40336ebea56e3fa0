import { MIB, parseBytes } from '../../core/bytes.js';
import type { StandIn, StandInOptions } from '../stand-in.js';

/** Size of the real server at real scale (measured: 0.5 GiB with sessions, 74 MiB of program text in its cgroup). */
const SERVER = { resident: '512M', text: '74M' };

/** Where nothing says how large the server is, it takes at most one part in this many of its limit: the rest is the hog's. */
const SHARES = 4;

/** Program text of node itself: the stand-in adds only what the real server has beyond it. */
const NODE_TEXT_BYTES = 40 * MIB;

/**
 * The devvm's server of web sessions: its stand-in, its accounts, and where it is installed. The program itself is in
 * `stand-in/`.
 */
export const T3: StandIn = {
  name: 't3',
  program: 't3',
  path: '/usr/bin/t3',
  // A Node.js program: the interpreter's name, and that of its main thread.
  processNames: ['t3', 'node', 'MainThread'],
  opensTerminals: true,
  accounts: ['alice', 'bob'],
  data: ['/home/alice/.t3', '/home/bob/.t3'],
  settingsFile: /^etc\/t3-serve\/[^/]+\.env$/,
  settings({ scale, weight, limit, losesListenerAfterOom = false }: StandInOptions): string {
    const { resident, text } = weight ?? SERVER;
    const share = weight === undefined && limit !== undefined ? limit / SHARES : Number.POSITIVE_INFINITY;
    const lines = [
      `T3_STANDIN_RESIDENT_BYTES=${Math.floor(Math.min(parseBytes(resident) / scale, share))}`,
      `T3_STANDIN_TEXT_BYTES=${Math.max(0, Math.floor(parseBytes(text) / scale) - NODE_TEXT_BYTES)}`,
      'T3_STANDIN_AGENTS=2',
    ];
    if (losesListenerAfterOom) lines.push('T3_STANDIN_LOSES_LISTENER_AFTER_OOM=1');
    return `${lines.join('\n')}\n`;
  },
  installation: { dir: '/opt/t3', program: 'bin/t3' },
  bundle: 'devvm',
};
