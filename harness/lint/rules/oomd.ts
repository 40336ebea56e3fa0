import { isNo } from '../../systemd/boolean.js';
import type { Rule, Sighting } from '../rule.js';
import type { Scene } from '../scene.js';
import { isFiniteLimit, type Placed, type Subject } from '../subject.js';
import { findSwap } from './band.js';

export const oomdNoSwap: Rule = {
  id: 'oomd-no-swap',
  severity: 'error',
  title: 'systemd-oomd that monitors a cgroup without swap',
  why: 'systemd-oomd acts only on cgroups in active reclaim. A runaway that may not swap has nothing to reclaim: its pressure stays at 99 %, and systemd-oomd kills nothing.',
  source:
    'Incident 2026-06-22 (Pgscan: 0); facebookincubator/oomd#80; systemd-oomd.service(8), "highly recommended for the system to have swap enabled"',
  fix: 'Cap the slice with MemoryMax and without MemoryHigh, so that the kernel kills; or allow a little swap there.',
  *check(scene) {
    for (const subject of scene.subjects) {
      const holdsServer = scene.serving.some((serving) => subject === serving || serving.isBelow(subject));
      const pressure = subject.value('ManagedOOMMemoryPressure');
      if (pressure?.value === 'kill' && !holdsServer && findSwap(subject, scene) === 'none')
        yield {
          at: pressure,
          message: `systemd-oomd monitors ${subject.name}, which has no swap: it may never act.`,
        };
      const swap = subject.value('ManagedOOMSwap');
      if (swap?.value === 'kill' && scene.host.swap === 0)
        yield { at: swap, message: `ManagedOOMSwap=kill on ${subject.name} never acts: the host has no swap.` };
    }
  },
};

export const oomdTakesServer: Rule = {
  id: 'oomd-takes-server',
  severity: 'error',
  title: 'systemd-oomd that monitors the cgroup of the server',
  why: 'systemd-oomd kills whole cgroups: together with the runaway it kills the server and all its children.',
  source:
    'scenario oomd-takes-the-server; systemd-oomd.service(8); systemd, recursively_get_cgroup_context(): leaves are candidates, and so is the monitored cgroup',
  fix: 'Let the kernel kill at MemoryMax, or run the children in cgroups of their own.',
  *check(scene) {
    for (const serving of scene.serving) yield* findOomdAbove(serving, scene);
  },
};

function* findOomdAbove(serving: Subject, scene: Scene): Iterable<Sighting> {
  // systemd-oomd respects this for units of the system (systemd.resource-control(5), ManagedOOMPreference=).
  if (serving.value('ManagedOOMPreference')?.value === 'omit') return;
  const maySwap = findSwap(serving, scene) !== 'none';
  for (const subject of [serving, ...serving.ancestors]) {
    const isOwn = subject === serving;
    const pressure = subject.value('ManagedOOMMemoryPressure');
    if (pressure?.value === 'kill')
      yield {
        at: pressure,
        message: isOwn
          ? `systemd-oomd kills ${serving.name}, as a whole, under memory pressure.`
          : `systemd-oomd kills whole cgroups below ${subject.name}, and ${serving.name} is one of them.`,
      };
    const swap = subject.value('ManagedOOMSwap');
    if (swap?.value === 'kill' && maySwap)
      yield {
        at: swap,
        message: isOwn
          ? `systemd-oomd kills ${serving.name}, as a whole, when swap runs out, and it may swap.`
          : `systemd-oomd kills the cgroup that has swapped the most below ${subject.name}, and ${serving.name} may swap.`,
      };
  }
}

export const oomdNoAccounting: Rule = {
  id: 'oomd-no-accounting',
  severity: 'warning',
  title: 'systemd-oomd that monitors a cgroup without memory accounting',
  why: 'systemd-oomd reads the memory of the cgroups below the one that it monitors. Where the memory controller is off, it finds nothing there, and kills nothing. Since systemd 258 accounting cannot be turned off.',
  source:
    'systemd-oomd.service(8), "memory accounting must be turned on for all units monitored by systemd-oomd"; systemd/systemd#14149',
  fix: 'Remove MemoryAccounting=no and DefaultMemoryAccounting=no.',
  *check(scene) {
    for (const subject of scene.subjects) {
      const monitor = ['ManagedOOMMemoryPressure', 'ManagedOOMSwap']
        .map((key) => subject.value(key))
        .find((setting) => setting?.value === 'kill');
      const off = monitor && findAccountingOff(subject, scene);
      if (!off) continue;
      yield {
        at: monitor,
        message: `${monitor.key}=kill monitors ${subject.name}, and ${off.key}=${off.value} at ${off.path}:${off.line} turns memory accounting off there.`,
      };
    }
  },
};

/** What turns memory accounting off for a unit and what is below it; undefined if it is on. */
function findAccountingOff(subject: Subject, { managerConf, host }: Scene): Placed | undefined {
  const own = subject.value('MemoryAccounting');
  if (own) return isNo(own.value) ? own : undefined;
  // A limit needs the controller, whatever accounting says (systemd, unit_get_cgroup_mask()).
  if (LIMITS.some((key) => isFiniteLimit(subject.own(key, host.memory)))) return undefined;
  const all = subject.manager === 'system' ? managerConf.value('Manager', 'DefaultMemoryAccounting') : undefined;
  return all && isNo(all.value) ? all : undefined;
}

const LIMITS = ['MemoryMax', 'MemoryHigh', 'MemorySwapMax'];
