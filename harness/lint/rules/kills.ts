import { findJobStarter, type JobStarter } from '../job-starters.js';
import { isTmuxUsed } from '../people.js';
import type { Rule, Sighting } from '../rule.js';
import { isKiller, nameRole, placeOfTree } from '../scene.js';
import { findScoreReset, isPostgres, listEnvironmentFiles, NEVER_KILLED } from '../score-resets.js';
import { type Placed, renderLimit, renderLimitOfUnit, type Subject } from '../subject.js';

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
    'Incidents 2026-06-10 and 2026-08-16; pingdotgg/t3code#5788; actions/runner#3929; pixlcore/xysat#12; systemd.service(5) and systemd.scope(5), OOMPolicy=',
  fix: 'Set OOMPolicy=continue.',
  *check(scene) {
    for (const subject of scene.subjects) {
      const { policy, at } = subject.oomPolicy;
      if (subject.type === 'slice' || !policy || policy === 'continue' || !mayHaveChildren(subject)) continue;
      if (scene.payloads.has(subject) || isKiller(subject)) continue;
      const max = subject.tightest('MemoryMax', scene.host.memory);
      const serves = scene.serving.includes(subject);
      const starter = findJobStarter(subject);
      // The OOM killer may kill a task of a unit without a cap when the whole host is out of memory, which counts as
      // well.
      if (!max && !serves && !starter) continue;
      const setting = at ? `OOMPolicy=${policy}` : `no OOMPolicy=, which means ${policy}`;
      const limit = max ? renderLimitOfUnit(max, subject) : 'no MemoryMax';
      yield {
        at: at ?? (max?.by === subject.name ? max.at : subject.place),
        message: `${subject.name} has ${limit} and ${setting}: ${describeStop(policy, starter, subject)}.`,
        severity: severityOfPolicy(subject, policy, serves, starter),
      };
    }
  },
};

function describeStop(policy: string, starter: JobStarter | undefined, subject: Subject): string {
  const verb = policy === 'kill' ? 'kills' : 'stops';
  if (!starter) return `one OOM kill ${verb} the whole unit`;
  const areOthersLeft = starter.isOutlived && subject.value('KillMode')?.value === 'process';
  const others = areOthersLeft ? '' : ' and all others';
  return `it is ${starter.kind}, and an OOM kill in one ${starter.starts} ${verb} it${others}${starter.unless ?? ''}`;
}

function severityOfPolicy(
  subject: Subject,
  policy: string,
  serves: boolean,
  starter: JobStarter | undefined,
): Sighting['severity'] {
  if (serves || subject.type === 'scope' || policy === 'kill') return 'error';
  // The files of another service do not say whether it has children that matter.
  return starter?.unless === undefined ? 'warning' : 'note';
}

export const panePolicy: Rule = {
  id: 'pane-policy',
  severity: 'note',
  title: 'tmux panes that a single OOM kill ends',
  why: 'tmux puts each pane into a scope of its own, with the default policy: when one of its tasks is killed, systemd ends all others of the pane.',
  source: 'Incident 2026-08-16; pmcfadin/cqlite#2923; systemd.scope(5), OOMPolicy=',
  fix: 'Write OOMPolicy=continue under [Scope] into etc/systemd/user/tmux-spawn-.scope.d/50-memory.conf.',
  *check(scene) {
    if (!scene.whole || !isTmuxUsed(scene)) return;
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
  source:
    'proc_pid_oom_score_adj(5); mm/oom_kill.c, OOM_SCORE_ADJ_MIN; systemd.exec(5), OOMScoreAdjust=; PostgreSQL, "Linux Memory Overcommit", for PG_OOM_ADJUST_FILE',
  fix: 'Remove OOMScoreAdjust, or keep it above -1000; or let the server give its children another score, as PostgreSQL does with PG_OOM_ADJUST_FILE.',
  *check(scene) {
    for (const subject of scene.subjects) {
      const max = subject.tightest('MemoryMax', scene.host.memory);
      if (!max || scene.payloads.get(subject)?.kind === 'client') continue;
      const { score, at } = findScore(subject);
      if (score !== NEVER_KILLED || !at) continue;
      const file = isPostgres(subject) ? listEnvironmentFiles(subject)[0]?.replace(/^-/, '') : undefined;
      const unless = file === undefined ? '' : `, unless ${file} sets PG_OOM_ADJUST_FILE`;
      yield {
        at,
        message: `The kernel may kill nothing in ${subject.name} when it reaches ${renderLimit(max)}${unless}.`,
        severity: file === undefined ? 'error' : 'warning',
      };
    }
  },
};

/** The oom_score_adj of the processes of a unit, and where it is set; no place if it is not. */
function findScore(subject: Subject): { readonly score: number; readonly at: Placed | undefined } {
  const adjust = subject.value('OOMScoreAdjust');
  const reset = findScoreReset(subject);
  return {
    score: reset ?? Number(adjust?.value ?? 0),
    at: adjust ?? (reset === undefined ? undefined : subject.value('ExecStart')),
  };
}

export const preferredVictim: Rule = {
  id: 'preferred-victim',
  severity: 'warning',
  title: 'A serving unit that OOM killers prefer',
  why: 'A positive oom_score_adj counts as that many thousandths of the memory: a small server is killed before a large runaway.',
  source: 'Incident 2026-08-16; systemd/systemd#38492; rfjakob/earlyoom#344',
  fix: 'Set OOMScoreAdjust=0 on the server, and raise it for its children.',
  *check(scene) {
    for (const subject of scene.serving) {
      const { score, at } = findScore(subject);
      if (at && score > 0)
        yield { at, message: `${subject.name} is ${nameRole(scene)}, and has ${at.key}=${at.value}.` };
    }
  },
};
