import t from 'tap';
import type { Tree } from '../bundle/tree.js';
import { NOT_UTF8 } from '../systemd/unit-file.js';
import { composeManifest, composeTree } from '../testing/lint.js';
import { RULES } from './catalogue.js';
import type { Finding } from './finding.js';
import { lintTree } from './lint.js';
import type { HostMemory } from './scene.js';

const UNITS = 'etc/systemd/system';
const A = `${UNITS}/a.service`;
const service = (lines: string) => `[Service]\nExecStart=/usr/bin/a\n${lines}\n`;
const slice = (lines: string) => `[Slice]\n${lines}\n`;
const GOOD = 'MemoryMax=16G\nMemorySwapMax=0\nOOMPolicy=continue';
const SESSIONS = { [`${UNITS}/user-.slice.d/50-memory.conf`]: slice('MemoryMax=4G\nMemorySwapMax=0') };
const EARLYOOM = 'etc/default/earlyoom';
const earlyoom = (args: string) => ({ [EARLYOOM]: `EARLYOOM_ARGS="-m 5 -s 100 ${args}"\n` });
const bundle = (
  unit: string,
  more: Record<string, string> = {},
  manifest: Parameters<typeof composeManifest>[0] = {},
) => composeTree({ 'bundle.json': composeManifest(manifest), [A]: service(unit), ...SESSIONS, ...more });
const files = (entries: Record<string, string>) => composeTree(entries, 'files');
const DAEMON = 'etc/docker/daemon.json';
const PARENT = { [DAEMON]: '{\n  "cgroup-parent": "docker.slice"\n}\n' };
const CAPPED = { [`${UNITS}/docker.slice`]: slice('MemoryMax=2G\nMemorySwapMax=0') };

interface Example {
  readonly tree: Tree;
  readonly host?: HostMemory;
  readonly says?: RegExp;
  /** Where it points: `file:line`, or a file. */
  readonly at?: string;
}

/** For each rule trees that it must complain of, and trees that it must not. */
const EXAMPLES: Readonly<Record<string, { bad: readonly Example[]; good: readonly Example[] }>> = {
  'soft-band': {
    bad: [
      { tree: bundle(`MemoryHigh=12G\n${GOOD}`), at: `${A}:3`, says: /band of 4G, and a\.service may not swap/ },
      { tree: bundle('MemoryHigh=12G\nOOMPolicy=continue'), says: /no MemoryMax at all, and a\.service has no swap/ },
      {
        tree: bundle(GOOD, { [`${UNITS}/system.slice.d/x.conf`]: slice('MemoryHigh=8G') }),
        at: `${UNITS}/system.slice.d/x.conf:2`,
      },
      {
        tree: files({ [A]: service(`MemoryHigh=50%\n${GOOD}`) }),
        says: /MemoryHigh=50% lies below MemoryMax=16G, and/,
      },
    ],
    good: [
      { tree: bundle(GOOD) },
      { tree: bundle(`MemoryHigh=infinity\n${GOOD}`) },
      { tree: bundle(`MemoryHigh=12G\n${GOOD}`, { [`${UNITS}/a.service.d/x.conf`]: '[Service]\nMemoryHigh=\n' }) },
      { tree: bundle(`MemoryHigh=16G\n${GOOD}`) },
    ],
  },
  'soft-limit': {
    bad: [
      { tree: bundle('MemoryHigh=12G\nMemoryMax=16G\nOOMPolicy=continue', {}, { swap: '4G' }), at: `${A}:3` },
      { tree: files({ [A]: service('MemoryHigh=1G') }) },
    ],
    good: [{ tree: bundle(`MemoryHigh=12G\n${GOOD}`, {}, { swap: '4G' }) }],
  },
  brim: {
    bad: [{ tree: bundle(GOOD), at: `${A}:3` }],
    good: [{ tree: bundle('MemoryMax=4G', {}, { swap: '1G' }) }, { tree: files({ [A]: service(GOOD) }) }],
  },
  'session-policy': {
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
  'high-above-max': {
    bad: [
      { tree: bundle(`MemoryHigh=20G\n${GOOD}`), at: `${A}:3`, says: /above MemoryMax=16G/ },
      { tree: bundle(`MemoryHigh=16G\n${GOOD}`), says: /lies at/ },
    ],
    good: [{ tree: bundle(`MemoryHigh=12G\n${GOOD}`) }],
  },
  'earlyoom-blind': {
    bad: [
      { tree: bundle(`MemoryHigh=12G\n${GOOD}`, earlyoom('')) },
      { tree: bundle(`MemoryHigh=12G\n${GOOD}`, {}, { beside: [{ unit: 'earlyoom.service' }] }) },
    ],
    good: [{ tree: bundle(`MemoryHigh=12G\n${GOOD}`) }, { tree: bundle(GOOD, earlyoom('')) }],
  },
  'no-cap': {
    bad: [{ tree: bundle('OOMPolicy=continue'), at: A }],
    good: [
      { tree: bundle(GOOD) },
      { tree: bundle('OOMPolicy=continue', { [`${UNITS}/system.slice`]: slice('MemoryMax=4G') }) },
    ],
  },
  'max-near-ram': {
    bad: [
      { tree: bundle('MemoryMax=32G'), says: /is not below the host's 24G/ },
      { tree: bundle('MemoryMax=3966M', {}, { memory: '4G' }), says: /leaves 130M of the host's 4G/ },
      { tree: files({ [A]: service('MemoryMax=4G') }), host: { memory: 4 * 1024 ** 3 } },
    ],
    good: [
      { tree: bundle(GOOD) },
      { tree: files({ [A]: service('MemoryMax=3584M') }), host: { memory: 4 * 1024 ** 3 } },
    ],
  },
  'caps-over-ram': {
    bad: [{ tree: bundle('MemoryMax=21G'), says: /25G \(21G of a\.service, 4G of user-\.slice\)/ }],
    good: [
      { tree: bundle(GOOD) },
      { tree: bundle('MemoryMax=21G', earlyoom('')) },
      {
        tree: bundle('MemoryMax=21G', { [`${UNITS}/-.slice.d/x.conf`]: slice('ManagedOOMSwap=kill') }, { swap: '1G' }),
      },
    ],
  },
  'swap-allowed': {
    bad: [
      { tree: bundle('MemoryMax=16G', {}, { swap: '14G' }), says: /may swap without bound on a host with 14G/ },
      { tree: bundle('MemoryMax=16G\nMemorySwapMax=1G', {}, { swap: '14G' }), says: /up to 1G/ },
      { tree: files({ [A]: service('MemoryMax=1G') }), says: /if the host has swap/ },
    ],
    good: [{ tree: bundle('MemoryMax=16G') }, { tree: bundle(GOOD, {}, { swap: '14G' }) }],
  },
  'slice-uncapped': {
    bad: [
      { tree: composeTree({ [A]: service(GOOD) }), at: `${A}:3`, says: /login sessions/ },
      { tree: bundle(GOOD, { [`${UNITS}/work.slice`]: slice('') }), at: `${UNITS}/work.slice` },
      {
        tree: composeTree({ [A]: service(GOOD), [`${UNITS}/user-.slice.d/x.conf`]: slice('TasksMax=9') }),
        at: `${UNITS}/user-.slice.d/x.conf`,
      },
    ],
    good: [
      { tree: bundle(GOOD) },
      { tree: files({ [A]: service(GOOD) }) },
      { tree: bundle(`${GOOD}\nSlice=work.slice`, { [`${UNITS}/work.slice`]: slice('CPUWeight=9') }) },
      { tree: composeTree({ [A]: service(GOOD), [`${UNITS}/user.slice.d/x.conf`]: slice('MemoryMax=9G') }) },
    ],
  },
  'cap-undone': {
    bad: [
      {
        tree: bundle(GOOD, { [`${UNITS}/a.service.d/x.conf`]: '[Service]\nMemoryMax=infinity\n' }),
        at: `${UNITS}/a.service.d/x.conf:2`,
        says: /undoes MemoryMax=16G of .*a\.service:3/,
      },
      { tree: bundle(GOOD, { [`${UNITS}/service.d/x.conf`]: '[Service]\nMemoryMax=\n' }) },
      { tree: bundle(GOOD, { 'usr/lib/systemd/system/a.service.d/x.conf': '[Service]\nMemoryMax=\n' }) },
    ],
    good: [
      { tree: bundle(GOOD, { [`${UNITS}/a.service.d/x.conf`]: '[Service]\nMemoryMax=\nMemoryMax=8G\n' }) },
      {
        tree: bundle(GOOD, {
          'usr/lib/systemd/system/a.service.d/x.conf': '[Service]\nMemoryMax=\n',
          [`${UNITS}/a.service.d/x.conf`]: '-> /dev/null',
        }),
      },
    ],
  },
  'cap-conflict': {
    bad: [
      {
        tree: bundle(GOOD, {
          [`${UNITS}/a.service.d/10.conf`]: '[Service]\nMemoryMax=8G\n',
          [`${UNITS}/a.service.d/20.conf`]: '[Service]\nMemoryMax=9G\n',
        }),
        at: `${UNITS}/a.service.d/20.conf:2`,
      },
    ],
    good: [{ tree: bundle(GOOD, { [`${UNITS}/a.service.d/10.conf`]: '[Service]\nMemoryMax=8G\n' }) }],
  },
  'limit-above-parent': {
    bad: [
      {
        tree: bundle(GOOD, { [`${UNITS}/system.slice`]: slice('MemoryMax=8G') }),
        says: /above MemoryMax=8G of system\.slice/,
      },
    ],
    good: [
      { tree: bundle(GOOD, { [`${UNITS}/system.slice`]: slice('MemoryMax=20G') }) },
      // Its unit file may name another slice, as user@.service does.
      {
        tree: composeTree({
          [`${UNITS}/b.service.d/x.conf`]: '[Service]\nMemoryMax=9G\n',
          [`${UNITS}/system.slice`]: slice('MemoryMax=8G'),
        }),
      },
    ],
  },
  'root-limit': {
    bad: [
      {
        tree: bundle(GOOD, { [`${UNITS}/-.slice.d/x.conf`]: slice('MemoryMax=20G') }),
        at: `${UNITS}/-.slice.d/x.conf:2`,
      },
    ],
    good: [{ tree: bundle(GOOD, { [`${UNITS}/-.slice.d/x.conf`]: slice('MemoryMax=infinity') }) }],
  },
  'tiny-limit': {
    bad: [{ tree: bundle('MemoryMax=16'), says: /is 16B/ }],
    good: [{ tree: bundle(GOOD) }],
  },
  'protection-unbacked': {
    bad: [{ tree: bundle(`${GOOD}\nMemoryMin=256M`), says: /system\.slice has no MemoryMin/ }],
    good: [
      { tree: bundle(`${GOOD}\nMemoryMin=256M`, { [`${UNITS}/system.slice`]: slice('MemoryMin=1G') }) },
      {
        tree: bundle(`${GOOD}\nSlice=x-y.slice\nMemoryMin=1M`, {
          [`${UNITS}/x.slice`]: slice('MemoryMin=1G\nDefaultMemoryMin=1G'),
        }),
      },
      { tree: bundle(`${GOOD}\nMemoryMin=0`) },
      { tree: bundle(`${GOOD}\nMemoryMin=1G`, { [`${UNITS}/system.slice`]: slice('MemoryMax=20G') }) },
    ],
  },
  'oom-policy': {
    bad: [
      { tree: bundle('MemoryMax=1G'), at: `${A}:3`, says: /which means stop/ },
      { tree: bundle('MemoryMax=1G\nOOMPolicy=kill'), at: `${A}:4`, says: /kills the whole unit/ },
      { tree: bundle(''), says: /no MemoryMax and no OOMPolicy=/ },
      { tree: composeTree({ 'etc/systemd/user/tmux-spawn-.scope.d/x.conf': '[Scope]\nMemoryMax=1G\n' }) },
      { tree: bundle(`${GOOD}\nOOMPolicy=`) },
      { tree: files({ [`${UNITS}/b.service.d/x.conf`]: '[Service]\nMemoryMax=1G\nOOMPolicy=stop\n' }) },
      { tree: bundle(`${GOOD}\nDelegate=no\nOOMPolicy=`) },
      { tree: bundle(`${GOOD}\nDelegate=No\nOOMPolicy=`) },
    ],
    good: [
      { tree: bundle(GOOD) },
      { tree: bundle('MemoryMax=1G\nDelegate=yes') },
      { tree: bundle('MemoryMax=1G', { 'etc/systemd/system.conf': '[Manager]\nDefaultOOMPolicy=continue\n' }) },
      { tree: files({ [A]: service('MemoryMax=1G\nTasksMax=10') }) },
      { tree: files({ [A]: service('MemoryMax=1G\nType=oneshot') }) },
      { tree: files({ [`${UNITS}/docker.service.d/x.conf`]: '[Service]\nMemoryMax=1G\n' }) },
    ],
  },
  'pane-policy': {
    bad: [{ tree: bundle(GOOD), at: 'bundle.json' }],
    good: [
      { tree: bundle(GOOD, { 'etc/systemd/user/tmux-spawn-.scope.d/x.conf': '[Scope]\nOOMPolicy=continue\n' }) },
      { tree: bundle(GOOD, { 'etc/systemd/user.conf.d/x.conf': '[Manager]\nDefaultOOMPolicy=continue\n' }) },
      { tree: files({ [A]: service(GOOD) }) },
    ],
  },
  unkillable: {
    bad: [{ tree: bundle(`${GOOD}\nOOMScoreAdjust=-1000`) }],
    good: [{ tree: bundle(`${GOOD}\nOOMScoreAdjust=-900`) }],
  },
  'preferred-victim': {
    bad: [{ tree: bundle(`${GOOD}\nOOMScoreAdjust=200`) }],
    good: [{ tree: bundle(`${GOOD}\nOOMScoreAdjust=0`) }],
  },
  'oomd-no-swap': {
    bad: [
      { tree: bundle(GOOD, { [`${UNITS}/user-.slice.d/o.conf`]: slice('ManagedOOMMemoryPressure=kill') }) },
      { tree: bundle(GOOD, { [`${UNITS}/-.slice.d/o.conf`]: slice('ManagedOOMSwap=kill') }), says: /never acts/ },
    ],
    good: [
      {
        tree: bundle(
          GOOD,
          { [`${UNITS}/work.slice`]: slice('MemoryMax=1G\nManagedOOMMemoryPressure=kill') },
          { swap: '1G' },
        ),
      },
      { tree: bundle(GOOD, { [`${UNITS}/system.slice`]: slice('ManagedOOMMemoryPressure=kill') }) },
      { tree: bundle(`${GOOD}\nManagedOOMMemoryPressure=kill`) },
    ],
  },
  'oomd-takes-server': {
    bad: [
      {
        tree: bundle(GOOD, { [`${UNITS}/system.slice`]: slice('ManagedOOMMemoryPressure=kill') }),
        says: /below system\.slice, and a\.service is one/,
      },
      { tree: bundle(`${GOOD}\nManagedOOMMemoryPressure=kill`), at: `${A}:6`, says: /a\.service, as a whole/ },
      ...['-.slice', 'system.slice'].map((name) => ({
        tree: bundle('MemoryMax=8G', { [`${UNITS}/${name}.d/o.conf`]: slice('ManagedOOMSwap=kill') }, { swap: '8G' }),
        at: `${UNITS}/${name}.d/o.conf:2`,
        says: /swapped the most below .*, and a\.service may swap/,
      })),
      { tree: bundle('ManagedOOMSwap=kill', {}, { swap: '8G' }), says: /a\.service, as a whole/ },
    ],
    good: [
      { tree: bundle(GOOD, { [`${UNITS}/user-.slice.d/o.conf`]: slice('ManagedOOMMemoryPressure=kill') }) },
      { tree: bundle(GOOD, { [`${UNITS}/-.slice.d/o.conf`]: slice('ManagedOOMSwap=kill') }, { swap: '8G' }) },
      {
        tree: bundle(`${GOOD}\nManagedOOMPreference=omit`, {
          [`${UNITS}/system.slice`]: slice('ManagedOOMMemoryPressure=kill'),
        }),
      },
    ],
  },
  'earlyoom-prefer-server': {
    bad: [
      { tree: bundle(GOOD, earlyoom("--prefer '^a$'")), at: `${EARLYOOM}:1` },
      {
        tree: bundle(`${GOOD}\nEnvironment=NODE_ENV=production`, earlyoom("--prefer='^(claude|node)$'")),
        says: /matches node/,
      },
      { tree: files({ ...earlyoom("--prefer '[[:alpha:]]'"), [A]: service(GOOD) }) },
      {
        tree: bundle(GOOD, {
          ...earlyoom("--prefer '^a$'"),
          [`${UNITS}/earlyoom.service`]:
            '[Service]\nEnvironmentFile=-/etc/default/earlyoom\nExecStart=/usr/bin/earlyoom $EARLYOOM_ARGS\n',
        }),
      },
      {
        tree: bundle(GOOD, {
          [`${UNITS}/earlyoom.service.d/o.conf`]: '[Service]\nEnvironment=A=1 "EARLYOOM_ARGS=-m 5 --prefer ^a$"\n',
        }),
        at: `${UNITS}/earlyoom.service.d/o.conf:2`,
      },
      {
        tree: bundle(
          `${GOOD}\nExecStart=\nExecStart=/bin/bash -lc "exec node /srv/server.js"`,
          earlyoom("--prefer '^node$'"),
        ),
        says: /matches node/,
      },
    ],
    good: [
      // Settings of the file come later (systemd.exec(5), EnvironmentFile=).
      {
        tree: bundle(GOOD, {
          ...earlyoom("--prefer '^ugrep$'"),
          [`${UNITS}/earlyoom.service.d/o.conf`]: '[Service]\nEnvironment="EARLYOOM_ARGS=--prefer ^a$"\n',
        }),
      },
      {
        tree: bundle(GOOD, {
          [`${UNITS}/earlyoom.service.d/o.conf`]:
            '[Service]\nEnvironment="EARLYOOM_ARGS=--prefer ^a$"\nEnvironment=\nEnvironment=A=1\n',
        }),
      },
      // It does not read the file.
      {
        tree: bundle(GOOD, {
          ...earlyoom("--prefer '^a$'"),
          [`${UNITS}/earlyoom.service.d/o.conf`]: '[Service]\nEnvironmentFile=\n',
        }),
      },
      { tree: bundle(GOOD, earlyoom("--prefer '^ugrep$' --avoid '^a$'")) },
      { tree: bundle(GOOD, earlyoom("--prefer '^(claude|node)$'")) },
    ],
  },
  'earlyoom-pattern-dead': {
    bad: [
      {
        tree: files(earlyoom("--avoid '^(gnome-control-center|java)$'")),
        says: /"gnome-control-center" of --avoid .* needs 20 characters/,
      },
      { tree: files(earlyoom('--prefer /usr/bin/java')), says: /needs a slash/ },
    ],
    good: [{ tree: files(earlyoom("--avoid '(^|/)(init|Xorg|gnome-control-c|a{2,20}|x?)$'")) }],
  },
  'earlyoom-escape-eaten': {
    bad: [
      {
        tree: files(earlyoom("--prefer '^2\\.1\\.'")),
        says: /is written '\^2\\\.1\\\.', and earlyoom gets '\^2\.1\.'/,
      },
    ],
    good: [
      { tree: files(earlyoom("--prefer '^2[.]1[.]'")) },
      { tree: files({ [EARLYOOM]: 'EARLYOOM_ARGS="--prefer \\"^a$\\" --avoid \'^2\\\\\\\\.1\'"\n' }) },
    ],
  },
  'earlyoom-pattern-invalid': {
    bad: [{ tree: files(earlyoom("--prefer '(a'")) }, { tree: files(earlyoom("--prefer '(?i)a'")) }],
    good: [{ tree: files(earlyoom("--prefer '(a)'")) }],
  },
  'earlyoom-waits-for-swap': {
    bad: [
      { tree: bundle(GOOD, { [EARLYOOM]: 'EARLYOOM_ARGS="-m 5"\n' }, { swap: '14G' }), says: /less than 10 %/ },
      { tree: bundle(GOOD, { [EARLYOOM]: 'EARLYOOM_ARGS="-S 1048576"\n' }, { swap: '14G' }), says: /less than 1G of/ },
      { tree: bundle(GOOD, { [EARLYOOM]: 'EARLYOOM_ARGS="-s 100 -S1"\n' }, { swap: '14G' }), says: /less than 1K of/ },
      {
        tree: bundle(GOOD, { [EARLYOOM]: 'EARLYOOM_ARGS="-s 1 -S 1048576"\n' }, { swap: '14G' }),
        says: /less than 1 %/,
      },
      { tree: bundle(GOOD, { [EARLYOOM]: '# c\nEARLYOOM_ARGS=-s20,10\n' }, { swap: '14G' }), at: `${EARLYOOM}:2` },
    ],
    good: [
      { tree: bundle(GOOD, earlyoom(''), { swap: '14G' }) },
      { tree: bundle(GOOD, { [EARLYOOM]: 'EARLYOOM_ARGS="-S 14680064"\n' }, { swap: '14G' }) },
      {
        tree: bundle(
          GOOD,
          { [`${UNITS}/earlyoom.service`]: '[Service]\nExecStart=/usr/bin/earlyoom -s 100\nTasksMax=9\n' },
          { swap: '1G' },
        ),
      },
    ],
  },
  'docker-no-parent': {
    bad: [
      { tree: composeTree({ [DAEMON]: '{}' }), at: DAEMON },
      { tree: composeTree(CAPPED), at: `${UNITS}/docker.slice` },
      { tree: files({ [DAEMON]: '{ "live-restore": true }' }) },
    ],
    good: [
      { tree: composeTree({ ...PARENT, ...CAPPED }) },
      { tree: files(CAPPED) },
      {
        tree: composeTree({
          [`${UNITS}/docker.service`]: '[Service]\nExecStart=dockerd --cgroup-parent=docker.slice\n',
          ...CAPPED,
        }),
      },
    ],
  },
  'docker-parent-name': {
    bad: [{ tree: files({ [DAEMON]: '{\n"cgroup-parent": "/docker"\n}' }), at: `${DAEMON}:2` }],
    good: [
      { tree: files(PARENT) },
      { tree: files({ [DAEMON]: '{"cgroup-parent":"/d","exec-opts":["native.cgroupdriver=cgroupfs"]}' }) },
    ],
  },
  'docker-parent-uncapped': {
    bad: [{ tree: composeTree(PARENT), at: `${DAEMON}:2` }],
    good: [
      { tree: composeTree({ ...PARENT, ...CAPPED }) },
      { tree: files(PARENT) },
      // A slice that no file describes is within the one that its name begins with (systemd.slice(5)).
      { tree: composeTree({ [DAEMON]: '{"cgroup-parent":"docker-web.slice"}', ...CAPPED }) },
    ],
  },
  'docker-settings': {
    bad: [
      { tree: files({ [DAEMON]: '{\n  "a": 1,\n}\n' }), at: `${DAEMON}:3` },
      { tree: files({ [DAEMON]: '[]' }), says: /it is no object/ },
      { tree: files({ [DAEMON]: '{\n"cgroup-parent":5}' }), at: `${DAEMON}:2`, says: /is no string/ },
      {
        tree: composeTree({
          ...PARENT,
          [`${UNITS}/docker.service`]: '[Service]\nExecStart=dockerd --cgroup-parent x.slice\n',
        }),
      },
    ],
    good: [{ tree: files(PARENT) }, { tree: files({ [DAEMON]: '\n' }) }],
  },
  'docker-cgroupfs': {
    bad: [{ tree: files({ [DAEMON]: '{"exec-opts":["native.cgroupdriver=cgroupfs"]}' }) }],
    good: [{ tree: files({ [DAEMON]: '{"exec-opts":["native.cgroupdriver=systemd"]}' }) }],
  },
  'bad-value': {
    bad: [
      ...['12GB', '-1', '110%', '1g', '"1G"', 'lots', '16\u00a0G', '20E'].map((text) => ({
        tree: bundle(`MemoryMax=${text}`),
        at: `${A}:3`,
        says: /is not an amount/,
      })),
      { tree: bundle('MemoryMax=1G # cap'), says: /a comment needs a line of its own/ },
      { tree: bundle('MemoryMax=0'), says: /is no limit/ },
      { tree: bundle('OOMPolicy=maybe'), says: /none of the values/ },
      { tree: bundle('ManagedOOMMemoryPressureLimit=20') },
      { tree: bundle('ManagedOOMMemoryPressureLimit=12.55‰') },
    ],
    good: [
      { tree: bundle('MemoryMax=50%\nMemoryMin=0\nMemorySwapMax=0\nMemoryHigh=infinity\nMemoryLow=12.5%\nMemoryMax=') },
      { tree: bundle('MemoryMax=1.5G\nManagedOOMMemoryPressureLimit=20%\nOOMScoreAdjust=-1000') },
      { tree: bundle('MemoryMax=12.5‰\nManagedOOMMemoryPressureLimit=12.5‰') },
      { tree: bundle('MemoryMax=1.G\nMemoryHigh=+1G\nOOMScoreAdjust=+0500') },
    ],
  },
  'unknown-directive': {
    bad: [
      { tree: bundle('MemoryMaxx=1G'), says: /MemoryMax= may be meant/ },
      { tree: bundle('memorymax=1G'), says: /MemoryMax= may be meant/ },
      { tree: bundle('DefaultMemoryMax=1G'), says: /knows no DefaultMemoryMax=/ },
      { tree: bundle('StartupMemoryMin=1G') },
      { tree: bundle('OOMPolcy=continue') },
      ...[
        ['OOMScoreAdj', 'OOMScoreAdjust'],
        ['MemorySwap', 'MemorySwapMax'],
        ['MemoryMaximum', 'MemoryMax'],
        ['MemMax', 'MemoryMax'],
        ['memSwapMax', 'MemorySwapMax'],
        ['ManagedOOMMemory', 'ManagedOOMMemoryPressure'],
        ['ManagedOOMMemoryPressurePercent', 'ManagedOOMMemoryPressure'],
      ].map(([key, meant]) => ({ tree: bundle(`${key}=1G`), says: new RegExp(`no ${key}=; ${meant}= may be meant`) })),
      ...['Memory', 'MemoryHardLimit', 'OOMKill', 'ManagedOOM'].map((key) => ({
        tree: bundle(`${key}=1G`),
        says: new RegExp(`^systemd knows no ${key}=\\.$`),
      })),
    ],
    good: [
      { tree: bundle('MemoryAccounting=yes\nMemoryDenyWriteExecute=yes\nX-Mem=1') },
      { tree: bundle('LimitMEMLOCK=1G\nOOMRules=x') },
      { tree: bundle('MemoryKSM=yes') },
    ],
  },
  'wrong-section': {
    bad: [
      { tree: bundle('[Unit]\nMemoryMax=1G'), at: `${A}:4` },
      { tree: files({ [`${UNITS}/user-.slice.d/x.conf`]: '[Service]\nMemoryMax=1G\n' }), says: /in \[Service\]/ },
      { tree: files({ [`${UNITS}/x.slice`]: slice('OOMPolicy=continue') }), says: /A slice has no OOMPolicy=/ },
      { tree: files({ [`${UNITS}/x.timer`]: '[Timer]\nMemoryMax=1G\n' }), says: /A timer has no MemoryMax=/ },
      ...['Slice', 'Scope'].map((section) => ({
        tree: files({ [`${UNITS}/x.${section.toLowerCase()}`]: `[${section}]\nOOMScoreAdjust=500\n` }),
        says: /A s\w+ has no OOMScoreAdjust=/,
      })),
      ...['Socket', 'Mount', 'Swap'].map((section) => ({
        tree: files({ [`${UNITS}/x.${section.toLowerCase()}.d/x.conf`]: `[${section}]\nOOMPolicy=continue\n` }),
        says: /has no OOMPolicy=/,
      })),
    ],
    good: [
      ...['Socket', 'Mount', 'Swap'].map((section) => ({
        tree: files({
          [`${UNITS}/x.${section.toLowerCase()}.d/x.conf`]: `[${section}]\nMemoryMax=1G\nOOMScoreAdjust=0\n`,
        }),
      })),
      { tree: files({ [`${UNITS}/x.scope`]: '[Scope]\nMemoryMax=1G\nOOMPolicy=continue\n' }) },
      { tree: bundle(GOOD) },
      { tree: bundle(`${GOOD}\n[X-Own]\nMemoryMax=1G`) },
    ],
  },
  'legacy-limit': {
    bad: [{ tree: bundle('MemoryLimit=1G') }],
    good: [{ tree: bundle('MemoryLimit=infinity') }],
  },
  'unit-syntax': {
    bad: [
      { tree: files({ [A]: `${service('')}no assignment\n` }), at: `${A}:4` },
      { tree: files({ [A]: 'MemoryMax=1G\n' }), says: /before any section/ },
      { tree: files({ [A]: '[Service\nMemoryMax=1G\n' }), at: `${A}:1`, says: /reads no further/ },
      {
        tree: files({ [A]: service(`Environment=A=${NOT_UTF8}`) }),
        at: `${A}:3`,
        says: /not UTF-8, and systemd reads/,
      },
      { tree: files({ [A]: service(`Environment=A \\\n  ${NOT_UTF8}`) }), at: `${A}:3` },
      { tree: files({ [A]: `[${NOT_UTF8}]\n` }), at: `${A}:1`, says: /not UTF-8/ },
    ],
    good: [
      { tree: bundle(GOOD) },
      { tree: files({ [A]: service(`# ${NOT_UTF8}\nEnvironment=A \\\n# ${NOT_UTF8}\n  B`) }) },
    ],
  },
  'service-incomplete': {
    bad: [
      { tree: files({ [A]: '[Unit]\nDescription=x\n' }), says: /no \[Service\] section/ },
      { tree: files({ [A]: '[Service]\nType=simple\n' }), says: /no ExecStart=/ },
    ],
    good: [
      { tree: bundle(GOOD) },
      { tree: files({ [A]: '[Unit]\nSuccessAction=reboot\n' }) },
      { tree: files({ [`${UNITS}/a.service.d/x.conf`]: '[Service]\nMemoryMax=1G\n' }) },
    ],
  },
  'drop-in-ignored': {
    bad: [{ tree: files({ [`${UNITS}/a.service.d/50-memory`]: '[Service]\nMemoryMax=1G\n' }) }],
    good: [{ tree: files({ [`${UNITS}/a.service.d/README`]: 'see the wiki\n' }) }],
  },
  'drop-in-unused': {
    bad: [
      { tree: files({ [`${UNITS}/a-b@.service`]: service(''), [`${UNITS}/a-b.service.d/x.conf`]: service('') }) },
      {
        tree: files({ [`${UNITS}/a-b@.service`]: service(''), [`${UNITS}/system-a-b.slice.d/x.conf`]: slice('') }),
        says: /theirs is system-a\\x2db\.slice/,
      },
    ],
    good: [
      { tree: files({ [`${UNITS}/a-b@.service`]: service(''), [`${UNITS}/a-b@.service.d/x.conf`]: service('') }) },
      {
        tree: files({ [`${UNITS}/a-b@.service`]: service(''), [`${UNITS}/system-a\\x2db.slice.d/x.conf`]: slice('') }),
      },
    ],
  },
  'unreadable-file': {
    bad: [
      {
        tree: {
          kind: 'files',
          root: '.',
          entries: [{ kind: 'unreadable', path: A, shown: A, why: 'it is larger than 1 MiB' }],
        },
      },
    ],
    good: [
      {
        tree: {
          kind: 'etc',
          root: '.',
          entries: [{ kind: 'unreadable', path: `${UNITS}/core`, shown: 'core', why: 'x' }],
        },
      },
    ],
  },
  'link-circle': {
    bad: [
      { tree: files({ [A]: '-> b.service', [`${UNITS}/b.service`]: '-> a.service' }) },
      { tree: files({ [A]: '-> a.service' }) },
    ],
    good: [{ tree: files({ [A]: '-> /usr/lib/elsewhere.service', [`${UNITS}/b.service`]: '-> /dev/null' }) }],
  },
  'bundle-manifest': {
    bad: [
      { tree: composeTree({ 'bundle.json': '{', [A]: service(GOOD) }), says: /not JSON/ },
      { tree: composeTree({ 'bundle.json': '{}', [A]: service(GOOD) }) },
      {
        tree: composeTree({ 'bundle.json': composeManifest({ memory: '24GB' }), [A]: service(GOOD) }),
        says: /host\.memory: /,
      },
    ],
    good: [{ tree: bundle(GOOD) }],
  },
  'serving-unit': {
    bad: [
      { tree: bundle(GOOD, {}, { unit: 'b.service' }), says: /no unit file for b\.service/ },
      {
        tree: bundle(GOOD, { [`${UNITS}/b@.service`]: service('') }, { unit: 'b@.service' }),
        says: /template without an instance/,
      },
      { tree: bundle(GOOD, { [`${UNITS}/b.service`]: '-> /dev/null' }, { unit: 'b.service' }) },
    ],
    good: [
      { tree: bundle(GOOD) },
      { tree: bundle(GOOD, { [`${UNITS}/b@.service`]: service('') }, { unit: 'b@c.service' }) },
    ],
  },
};

const of = (rule: string, { tree, host }: Example): Finding[] =>
  lintTree(tree, host).findings.filter((finding) => finding.rule === rule);

t.test('every rule has examples', async (t) => {
  t.same(Object.keys(EXAMPLES).sort(), RULES.map(({ id }) => id).sort());
});

for (const [rule, { bad, good }] of Object.entries(EXAMPLES)) {
  t.test(rule, async (t) => {
    for (const [index, example] of bad.entries()) {
      const found = of(rule, example);
      t.ok(found.length > 0, `bad ${index}`);
      if (example.says) t.match(found.map(({ message }) => message).join('\n'), example.says);
      const places = found.map(({ path, line }) => (line === null ? path : `${path}:${line}`));
      if (example.at) t.ok(places.includes(example.at), `${example.at} is in ${places}`);
    }
    for (const [index, example] of good.entries()) t.same(of(rule, example), [], `good ${index}`);
  });
}
