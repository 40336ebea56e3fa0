import type { Rule } from '../rule.js';
import { placeOfTree } from '../scene.js';
import { renderLimit, renderLimitOfUnit, type Subject } from '../subject.js';
import { findSwap } from './band.js';

/** A service that may run only this many tasks is taken to have no children that matter. */
const MAX_TASKS_WITHOUT_CHILDREN = 16;

/** Whether a unit may run programs besides its own: true unless its settings say otherwise. */
function mayHaveChildren(subject: Subject): boolean {
  const tasks = Number(subject.value('TasksMax')?.value ?? Number.POSITIVE_INFINITY);
  return !(tasks <= MAX_TASKS_WITHOUT_CHILDREN) && subject.value('Type')?.value !== 'oneshot';
}

export const oomPolicy: Rule = {
  id: 'oom-policy',
  severity: 'error',
  title: 'A unit that a single OOM kill stops',
  why: 'Without OOMPolicy=continue, systemd stops the whole unit when the kernel has killed one of its tasks: the child dies, and the server with it.',
  source:
    'Incidents 2026-06-10 and 2026-08-16; pingdotgg/t3code#5788; systemd.service(5) and systemd.scope(5), OOMPolicy=',
  fix: 'Set OOMPolicy=continue.',
  *check(scene) {
    for (const subject of scene.subjects) {
      const { policy, at } = subject.oomPolicy;
      if (subject.type === 'slice' || !policy || policy === 'continue' || !mayHaveChildren(subject)) continue;
      const max = subject.tightest('MemoryMax', scene.host.memory);
      // The OOM killer may kill a task of a unit without a cap when the whole host is out of memory, which counts as
      // well.
      if (!max && subject !== scene.serving) continue;
      const setting = at ? `OOMPolicy=${policy}` : `no OOMPolicy=, which means ${policy}`;
      yield {
        at: at ?? (max?.by === subject.name ? max.at : subject.place),
        message: `${subject.name} has ${max ? renderLimitOfUnit(max, subject) : 'no MemoryMax'} and ${setting}: one OOM kill ${policy === 'kill' ? 'kills' : 'stops'} the whole unit.`,
        // The files of another service do not say whether it has children that matter.
        severity: subject === scene.serving || subject.type === 'scope' || policy === 'kill' ? 'error' : 'warning',
      };
    }
  },
};

export const panePolicy: Rule = {
  id: 'pane-policy',
  severity: 'note',
  title: 'tmux panes that a single OOM kill ends',
  why: 'tmux puts each pane into a scope of its own, with the default policy: when one of its tasks is killed, systemd ends all others of the pane.',
  source: 'Incident 2026-08-16; pmcfadin/cqlite#2923; systemd.scope(5), OOMPolicy=',
  fix: 'Write OOMPolicy=continue under [Scope] into etc/systemd/user/tmux-spawn-.scope.d/50-memory.conf.',
  *check(scene) {
    if (!scene.whole) return;
    const pane = scene.paneScope;
    // If the tree has files for panes, the rule oom-policy checks them.
    if (pane.unit.files.length > 0 || pane.oomPolicy.policy === 'continue') return;
    yield {
      at: placeOfTree(scene),
      message: `No file sets OOMPolicy=continue for ${pane.name}, nor DefaultOOMPolicy= for users.`,
    };
  },
};

export const sessionPolicy: Rule = {
  id: 'session-policy',
  severity: 'note',
  title: 'Login sessions that depend on DefaultOOMPolicy=',
  why: 'Scopes have had an OOM policy since systemd 253 (252.5 in the stable series). In 252, a single OOM kill in a login session ends the session, whatever DefaultOOMPolicy= says.',
  source: 'systemd/systemd#25376; systemd/systemd-stable#246; systemd.scope(5), OOMPolicy= ("Added in version 253")',
  fix: 'Run systemd 252.5, 253 or later where sessions are capped.',
  *check(scene) {
    const policy = scene.managerConf.value('Manager', 'DefaultOOMPolicy');
    const sessions = scene.subjects.find(({ name }) => /^user-?\.slice$/.test(name));
    const max = sessions?.tightest('MemoryMax', scene.host.memory);
    if (policy?.value !== 'continue' || !sessions || !max) return;
    yield {
      at: policy,
      message: `${sessions.name} has ${renderLimit(max)}, and DefaultOOMPolicy=continue does not apply to its sessions in systemd 252.0 to 252.4.`,
    };
  },
};

export const unkillable: Rule = {
  id: 'unkillable',
  severity: 'error',
  title: 'OOMScoreAdjust=-1000 on a capped unit',
  why: 'Children inherit it. At the cap the kernel then finds no process that it may kill, and every task of the unit that needs memory tries for ever.',
  source: 'proc_pid_oom_score_adj(5); mm/oom_kill.c, OOM_SCORE_ADJ_MIN; systemd.exec(5), OOMScoreAdjust=',
  fix: 'Remove OOMScoreAdjust, or keep it above -1000.',
  *check({ subjects, host }) {
    for (const subject of subjects) {
      const adjust = subject.value('OOMScoreAdjust');
      const max = subject.tightest('MemoryMax', host.memory);
      if (adjust?.value === '-1000' && max)
        yield {
          at: adjust,
          message: `The kernel may kill nothing in ${subject.name} when it reaches ${renderLimit(max)}.`,
        };
    }
  },
};

export const preferredVictim: Rule = {
  id: 'preferred-victim',
  severity: 'warning',
  title: 'A serving unit that OOM killers prefer',
  why: 'A positive oom_score_adj counts as that many thousandths of the memory: a small server is killed before a large runaway.',
  source: 'Incident 2026-08-16; systemd/systemd#38492; rfjakob/earlyoom#344',
  fix: 'Set OOMScoreAdjust=0 on the server, and raise it for its children.',
  *check({ serving }) {
    const adjust = serving?.value('OOMScoreAdjust');
    if (adjust && Number(adjust.value) > 0)
      yield { at: adjust, message: `${serving?.name} is the serving unit, and has OOMScoreAdjust=${adjust.value}.` };
  },
};

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
      const holdsServer = subject === scene.serving || scene.serving?.isBelow(subject) === true;
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
    const { serving } = scene;
    // systemd-oomd respects this for units of the system (systemd.resource-control(5), ManagedOOMPreference=).
    if (!serving || serving.value('ManagedOOMPreference')?.value === 'omit') return;
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
  },
};
