import { composeTree } from '../../testing/lint.js';
import { A, bundle, type ExamplesOf, earlyoom, files, GOOD, service, UNITS } from '../../testing/rule-examples.js';
import type * as rules from './kills.js';

/** A createCapped service with this command and these lines. */
const createCapped = (command: string, ...more: string[]) =>
  files({ [A]: `[Service]\nExecStart=${command}\nMemoryMax=1G\n${more.join('\n')}\n` });

/** The same, with the score with which the kernel never kills. */
const never = (command: string, ...more: string[]) => createCapped(command, 'OOMScoreAdjust=-1000', ...more);

const PG_FILE = 'Environment=PG_OOM_ADJUST_FILE=/proc/self/oom_score_adj';
const PG_VALUE = (value: number) => `Environment=PG_OOM_ADJUST_VALUE=${value}`;

const TMUX = earlyoom("--avoid '^(sshd|tmux)$'");

export const examples: ExamplesOf<typeof rules> = {
  oomPolicy: {
    bad: [
      { tree: bundle('MemoryMax=1G'), at: `${A}:3`, says: /which means stop/ },
      { tree: bundle('MemoryMax=1G\nOOMPolicy=kill'), at: `${A}:4`, says: /kills the whole unit/ },
      { tree: bundle(''), says: /no MemoryMax and no OOMPolicy=/ },
      { tree: composeTree({ 'etc/systemd/user/tmux-spawn-.scope.d/x.conf': '[Scope]\nMemoryMax=1G\n' }) },
      { tree: files({ [`${UNITS}/b.service.d/x.conf`]: '[Service]\nMemoryMax=1G\nOOMPolicy=stop\n' }) },
      { tree: bundle('MemoryMax=1G\nDelegate=no') },
      { tree: bundle('MemoryMax=1G\nDelegate=No') },
      {
        tree: files({ [`${UNITS}/actions.runner.acme-repo.ci1.service`]: '[Service]\nExecStart=/home/ci/runsvc.sh\n' }),
        at: `${UNITS}/actions.runner.acme-repo.ci1.service`,
        says: /has no MemoryMax and no OOMPolicy=, .* it is a CI runner, and an OOM kill in one job stops it and all others\.$/,
      },
      ...[
        '/usr/bin/java -jar /srv/agent.jar -url https://ci.example',
        '/usr/bin/gitlab-runner run --config /etc/gitlab-runner/config.toml',
        '/usr/sbin/cron -f $EXTRA_OPTS',
        '/usr/bin/python3 /usr/bin/supervisord -n',
        '/usr/bin/tmux new-session -d -s a',
        '/usr/bin/code tunnel --accept-server-license-terms',
        '/usr/bin/jupyterhub -f /etc/jupyterhub.py',
        "/bin/bash -lc 'exec code-server --auth none'",
      ].map((command) => ({ tree: files({ [A]: `[Service]\nExecStart=${command}\n` }), says: /and all others\.$/ })),
      {
        tree: files({ [A]: '[Service]\nExecStart=/usr/sbin/cron -f\nKillMode=process\n' }),
        says: /an OOM kill in one job stops it\.$/,
      },
      {
        tree: files({ [A]: '[Service]\nExecStart=/usr/sbin/sshd -D\n' }),
        says: /all others, where pam_systemd does not put each session into a scope of its own\.$/,
      },
      { tree: files({ [A]: service('') }), host: { serving: ['a.service'] }, says: /no MemoryMax/ },
    ],
    good: [
      { tree: bundle(GOOD) },
      // systemd ignores an empty value here.
      { tree: bundle(`${GOOD}\nOOMPolicy=`) },
      { tree: bundle('MemoryMax=1G\nDelegate=yes') },
      { tree: bundle('MemoryMax=1G', { 'etc/systemd/system.conf': '[Manager]\nDefaultOOMPolicy=continue\n' }) },
      { tree: files({ [A]: service('MemoryMax=1G\nTasksMax=10') }) },
      { tree: files({ [`${UNITS}/nohang.service`]: service('MemoryMax=100M\nTasksMax=25') }) },
      { tree: files({ [A]: service('MemoryMax=1G\nType=oneshot') }) },
      { tree: files({ [`${UNITS}/docker.service.d/x.conf`]: '[Service]\nMemoryMax=1G\n' }) },
      { tree: files({ [A]: '[Service]\nExecStart=/usr/bin/code --version\n' }) },
      { tree: files({ [A]: '[Service]\nExecStart=/usr/sbin/cron -f\nOOMPolicy=continue\n' }) },
      { tree: files({ [A]: '[Service]\nType=oneshot\nExecStart=/usr/sbin/anacron -s\n' }) },
      // runc creates the scopes of containers with Delegate=yes.
      { tree: files({ [`${UNITS}/docker-.scope.d/x.conf`]: '[Scope]\nMemoryMax=1G\n' }) },
      { tree: files({ [`${UNITS}/cron.service.d/x.conf`]: '[Service]\nNice=1\n' }) },
    ],
  },
  panePolicy: {
    bad: [
      { tree: bundle(GOOD, TMUX), at: 'bundle.json' },
      { tree: bundle(GOOD, { [`${UNITS}/tmux@.service`]: '[Service]\nExecStart=/usr/bin/tmux new -d\n' }) },
      { tree: bundle(GOOD, { [A]: "[Service]\nExecStart=/bin/sh -c 'exec tmux new -d'\n" }) },
    ],
    good: [
      // Nothing shows that tmux is used.
      { tree: bundle(GOOD) },
      {
        tree: bundle(GOOD, { ...TMUX, 'etc/systemd/user/tmux-spawn-.scope.d/x.conf': '[Scope]\nOOMPolicy=continue\n' }),
      },
      { tree: bundle(GOOD, { ...TMUX, 'etc/systemd/user.conf.d/x.conf': '[Manager]\nDefaultOOMPolicy=continue\n' }) },
      { tree: files({ [A]: service(GOOD), ...TMUX }) },
    ],
  },
  sessionPolicy: {
    bad: [
      {
        tree: bundle(GOOD, { 'etc/systemd/system.conf.d/o.conf': '[Manager]\nDefaultOOMPolicy=continue\n' }),
        at: 'etc/systemd/system.conf.d/o.conf:2',
      },
    ],
    good: [
      { tree: bundle(GOOD) },
      { tree: composeTree({ 'etc/systemd/system.conf': '[Manager]\nDefaultOOMPolicy=continue\n' }) },
    ],
  },
  unkillable: {
    bad: [
      { tree: bundle(`${GOOD}\nOOMScoreAdjust=-1000`), at: `${A}:6` },
      { tree: never('/usr/bin/postgres'), says: /reaches MemoryMax=1G\.$/ },
      { tree: never('/usr/bin/postgres', 'Environment=PG_OOM_ADJUST_FILE=/proc/self/oom_score_adj', PG_VALUE(-1000)) },
      { tree: never('/usr/bin/postgres', PG_FILE, 'UnsetEnvironment=PG_OOM_ADJUST_FILE') },
      { tree: never('/usr/bin/postgres', PG_FILE, 'Environment=') },
      // No other program reads the variable.
      { tree: never('/usr/bin/node /srv/app.js', PG_FILE) },
      { tree: never('/usr/bin/env node /srv/app.js', PG_FILE) },
      { tree: never('/usr/bin/python3 /srv/app.py', PG_FILE, PG_VALUE(0)) },
      { tree: never('/usr/sbin/mysqld', PG_FILE) },
      // /proc/1 is not the process itself.
      { tree: never('/usr/bin/postgres', 'Environment=PG_OOM_ADJUST_FILE=/proc/1/oom_score_adj') },
      {
        tree: never('/usr/bin/postgres', 'EnvironmentFile=-/etc/default/pg'),
        says: /, unless \/etc\/default\/pg sets PG_OOM_ADJUST_FILE\.$/,
      },
      // sshd gives its children the score with which it was started.
      { tree: never('/usr/sbin/sshd -D') },
      { tree: createCapped('/usr/bin/choom -n -1000 -- /usr/bin/a'), at: `${A}:2` },
      { tree: createCapped('/usr/bin/a', "ExecStartPost=/bin/sh -c 'echo -1000 > /proc/$MAINPID/oom_score_adj'") },
    ],
    good: [
      { tree: bundle(`${GOOD}\nOOMScoreAdjust=-900`) },
      { tree: never('/usr/bin/postgres', PG_FILE) },
      { tree: never('/usr/pgsql-16/bin/postmaster -D /x', PG_FILE) },
      { tree: never('/usr/bin/python3 /usr/bin/patroni /etc/x.yml', PG_FILE) },
      { tree: never('/usr/libexec/postgresql-ctl start', PG_FILE) },
      { tree: never('/srv/run.sh', PG_FILE) },
      { tree: never('/usr/local/bin/start-db', PG_FILE) },
      { tree: never('/bin/sh /srv/server', PG_FILE) },
      { tree: never('/usr/bin/postgres', 'Environment="PG_OOM_ADJUST_FILE=/proc/self/oom_score_adj" PGDATA=/x') },
      { tree: never('/usr/bin/postgres', 'Environment=PG_OOM_ADJUST_FILE=/proc/self/oom_adj') },
      { tree: never('/usr/bin/env PG_OOM_ADJUST_FILE=/proc/self/oom_score_adj pg_ctl start') },
      { tree: never('-/usr/bin/pg_ctlcluster --skip-systemctl-redirect %i start') },
      { tree: never('/lib/systemd/systemd-udevd') },
      { tree: never('/usr/sbin/slurmd -D') },
      { tree: never('/usr/bin/choom -n 0 -- /usr/bin/a') },
      { tree: never('/usr/bin/redis-server --oom-score-adj absolute') },
      { tree: never("/bin/sh -c 'echo 0 > /proc/self/oom_score_adj; exec a'") },
      { tree: never('/usr/bin/docker run a') },
      { tree: files({ [A]: service('OOMScoreAdjust=-1000') }) },
    ],
  },
  preferredVictim: {
    bad: [{ tree: bundle(`${GOOD}\nOOMScoreAdjust=200`) }],
    good: [{ tree: bundle(`${GOOD}\nOOMScoreAdjust=0`) }],
  },
};
