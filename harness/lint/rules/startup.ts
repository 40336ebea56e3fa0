import { compareAmounts } from '../amount.js';
import type { Rule, Sighting } from '../rule.js';
import type { Scene } from '../scene.js';
import { isFiniteLimit, type Limit, renderLimit, type Subject } from '../subject.js';
import { CAP_FIRST, findSwap } from './band.js';

const KEYS = ['MemoryHigh', 'MemoryMax', 'MemorySwapMax', 'MemoryZSwapMax', 'MemoryLow'];

export const startupLimit: Rule = {
  id: 'startup-limit',
  severity: 'note',
  title: 'A limit for the start of the system, not of the unit',
  why: 'Startup...= applies while the system starts up and while it shuts down. It does not apply while the unit starts on a system that runs, such as after systemctl restart.',
  source:
    'systemd.resource-control(5), StartupMemoryHigh= ("applies to the startup and shutdown phases of the system")',
  fix: 'Where the start of the unit needs more memory, raise the limit itself.',
  *check(scene) {
    for (const subject of scene.subjects) {
      if (scene.payloads.has(subject)) continue;
      const limits = KEYS.flatMap((key) => subject.own(`Startup${key}`, scene.host.memory) ?? []);
      const [first] = limits;
      if (!first) continue;
      yield describeBandAtStartup(subject, scene) ?? {
        at: first.at,
        message: `${limits.map(renderLimit).join(', ')} of ${subject.name} ${limits.length > 1 ? 'apply' : 'applies'} only while the system starts up or shuts down.`,
      };
    }
  },
};

/** What to do about a band, without the loss of the only limit. */
function adviseBand(high: Limit, max: Limit | undefined): string {
  if (!isFiniteLimit(max)) return CAP_FIRST.replace('MemoryHigh', high.key);
  return 'Remove it, or set it no lower than MemoryMax.';
}

/** The limit in effect while the system starts up and shuts down (systemd, cgroup_context_apply()). */
const duringStartup = (subject: Subject, key: string, { host }: Scene): Limit | undefined =>
  subject.own(`Startup${key}`, host.memory) ?? subject.own(key, host.memory);

/** A soft limit below the hard one that exists only during startup and shutdown. */
function describeBandAtStartup(subject: Subject, scene: Scene): Sighting | undefined {
  const high = duringStartup(subject, 'MemoryHigh', scene);
  const max = duringStartup(subject, 'MemoryMax', scene);
  if (!isFiniteLimit(high) || !(high.key.startsWith('Startup') || max?.key.startsWith('Startup'))) return undefined;
  const isBelow = !isFiniteLimit(max) || (compareAmounts(high, max) ?? 0) < 0;
  const swap = duringStartup(subject, 'MemorySwapMax', scene)?.bytes === 0 ? 'none' : findSwap(subject, scene);
  if (!isBelow || swap !== 'none') return undefined;
  const limits = isFiniteLimit(max)
    ? `${renderLimit(high)} lies below ${renderLimit(max)}`
    : `${renderLimit(high)} has no MemoryMax above it`;
  return {
    at: high.at,
    message: `While the system starts up or shuts down, ${limits}, and ${subject.name} may not swap: a runaway stalls it instead of dying.`,
    severity: 'warning',
    fix: adviseBand(high, max),
  };
}
