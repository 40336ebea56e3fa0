import { basename } from 'node:path';
import { splitCommandLine } from './commands.js';
import type { Subject } from './subject.js';

/** A program that starts what other people give it: an OOM kill of one of them stops all of them with the unit. */
export interface JobStarter {
  /** As in a sentence: "a CI runner". */
  readonly kind: string;
  /** What it starts: "one job". */
  readonly starts: string;
  /** When it does not matter, as the end of a sentence; undefined if it always does. */
  readonly unless?: string;
  /** Whether what it has started goes on when its main process alone is stopped (systemd.kill(5), KillMode=process). */
  readonly isOutlived?: true;
  /** Whether a host that has it is one on which people work. */
  readonly isWorkplace?: true;
  /** Names of its units, of which a tree may have only drop-ins. */
  readonly units: RegExp;
  /** Names of its programs and scripts, anywhere in its command. */
  readonly programs: RegExp;
  /** Incidents and manuals: that it starts them in its own cgroup, and what came of it. */
  readonly source: string;
}

/** Services that start other people's jobs. Each is found by the name of its unit or by its command. */
const JOB_STARTERS: readonly JobStarter[] = [
  {
    kind: 'a CI runner',
    starts: 'job',
    units:
      /^(?:actions\.runner\..*|vsts\.agent\..*|(?:gitlab|gitea|forgejo|act|github|drone|circleci|woodpecker)[-_]?(?:act[-_])?(?:runner|agent|runner-exec)\d*|buildkite-agent|jenkins(?:-agent|-slave|-swarm.*)?|buildbot(?:-worker|-slave)?|(?:build)?bot-worker|teamcity-agent|bamboo-agent|go-agent|concourse-worker|laminar|semaphore-agent|travis-worker|builds\.sr\.ht-worker|restraintd|xysat|rundeckd?)(?:@.*)?\.service$/,
    programs:
      /^(?:runsvc\.sh|Runner\.Listener|Agent\.Listener|(?:gitlab|gitea|forgejo|act|circleci)[-_]?(?:act[-_])?runner|act_runner|drone-(?:runner-exec|agent)|woodpecker-agent|buildkite-agent|jenkins|jenkins\.war|agent\.jar|slave\.jar|remoting\.jar|swarm-client(?:-[\d.]+)?\.jar|buildbot(?:-worker)?|go-agent|concourse|laminard|travis-worker|restraintd|zuul-executor)$/,
    source:
      'actions/runner#3929; pixlcore/xysat#12; ydb-platform/nbs#4438; restraint-harness/restraint#224; GitLab Runner, "shell executor"; buildkite/agent, packaging/linux; Jenkins, jenkins.service; Buildbot, "worker"',
  },
  {
    kind: 'a scheduler of jobs',
    starts: 'job',
    isOutlived: true,
    units: /^(?:cron|crond|cronie|anacron|atd|fcron|bcron-start|dcron|rundeckd?|cronicle|ofelia)\.service$/,
    programs: /^(?:cron|crond|anacron|atd|fcron|bcron-start|cronicle|ofelia)$/,
    source: 'cron(8); anacron(8); atd(8): jobs are children of the daemon, and in its cgroup unless PAM moves them',
  },
  {
    kind: 'a supervisor',
    starts: 'program',
    units: /^(?:supervisord?|pm2(?:-.+)?|circusd?|runit|runsvdir(?:-start)?|s6-svscan|god|forever)(?:@.*)?\.service$/,
    programs: /^(?:supervisord|pm2|circusd|runsvdir(?:-start)?|s6-svscan|overmind|honcho|foreman|forever)$/,
    source: 'supervisord(1), [program:x]; PM2, "Startup Script Generator"; runsvdir(8); s6-svscan(1)',
  },
  {
    kind: 'a terminal multiplexer',
    starts: 'program in a pane',
    isWorkplace: true,
    units: /^(?:tmux|screen|zellij|byobu)(?:@.*)?\.service$/,
    programs: /^(?:tmux|screen|zellij|byobu|dtach|abduco)$/,
    source: 'tmux(1); screen(1); Incident 2026-08-16',
  },
  {
    kind: 'an IDE or a terminal for others',
    starts: 'program of a user',
    isWorkplace: true,
    units:
      /^(?:code-server|openvscode-server|code-tunnel|code-serve-web|vscode-server|jupyter(?:hub|lab|-lab|-notebook)?|rstudio-server|theia|ttyd|shellinabox|wetty|gotty|coder|coder-agent|eternalterminal|et)(?:@.*)?\.service$/,
    programs:
      /^(?:code-server|openvscode-server|code-tunnel|jupyter(?:hub|-hub|-lab|-notebook|-server)?|rserver|theia|ttyd|shellinaboxd|wetty|gotty|coder|etserver)$/,
    source:
      'pingdotgg/t3code#5788; code-server, "code-server@.service"; JupyterHub, "Run as a service"; RStudio Server, rserver(8)',
  },
  {
    kind: 'a server of login sessions',
    starts: 'session',
    isOutlived: true,
    unless: ', where pam_systemd does not put each session into a scope of its own',
    units: /^(?:sshd?|dropbear|telnetd|openssh)(?:@.*)?\.service$/,
    programs: /^(?:sshd|dropbear)$/,
    source: 'sshd(8); pam_systemd(8): sessions have a scope of their own only if PAM gives them one',
  },
];

/** What of other people's a service starts; undefined if it is none of these. */
export function findJobStarter(subject: Subject, table: readonly JobStarter[] = JOB_STARTERS): JobStarter | undefined {
  if (subject.type !== 'service') return undefined;
  const names = listNames(subject);
  return table.find(({ units, programs }) => units.test(subject.name) || names.some((name) => programs.test(name)));
}

/** Names of the programs of a unit, and of the scripts and archives among their first arguments. */
function listNames({ unit }: Subject): readonly string[] {
  return unit
    .values('Service', 'ExecStart')
    .flatMap(splitCommandLine)
    .flatMap((words) => {
      const [program = '', ...args] = words;
      const name = basename(program);
      // `code tunnel` and `code serve-web` are the server; `code` alone is not.
      const first = args.find((word) => !word.startsWith('-'));
      const pair = first === undefined ? [] : [`${name}-${first}`];
      return [name, ...pair, ...(INTERPRETERS.test(name) ? args.map((word) => basename(word)) : [])];
    });
}

/** Programs whose script, archive or command says what they do. */
const INTERPRETERS =
  /^(?:node|nodejs|npx|java|python[\d.]*|ruby[\d.]*|perl|php|bash|sh|env|sudo|nice|ionice|timeout|runuser|su|setsid|nohup|choom|dumb-init|tini)$/;
