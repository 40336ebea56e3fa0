import { composeTree } from '../../testing/lint.js';
import {
  A,
  bundle,
  type ExamplesOf,
  earlyoom,
  files,
  GOOD,
  service,
  slice,
  UNITS,
} from '../../testing/rule-examples.js';
import type * as rules from './caps.js';

/** A bundle whose serving unit has this command, and these lines. */
const runs = (command: string, lines = '', more: Readonly<Record<string, string>> = {}) =>
  bundle(`ExecStart=\nExecStart=/usr/bin/${command}\n${lines}`, more);

export const examples: ExamplesOf<typeof rules> = {
  noCap: {
    bad: [
      { tree: bundle('OOMPolicy=continue'), at: A, fixes: /^Set MemoryMax= on the unit/ },
      {
        tree: runs('docker run --rm example/a'),
        says: /^a\.service is the serving unit, and `docker run` starts the container in another cgroup without a limit\.$/,
        fixes: /^Give the limit to the container/,
      },
      { tree: runs('docker run --memory=0 example/a') },
      { tree: runs('docker run example/a', 'Slice=b.slice', { [`${UNITS}/b.slice`]: slice('MemoryMax=4G') }) },
      { tree: runs('docker run --cgroup-parent=b.slice example/a'), at: A },
      { tree: runs('docker run $OPTS example/a'), says: /without a limit, unless \$OPTS sets one\.$/ },
      { tree: runs('docker compose up'), says: /unless the Compose file sets one/, fixes: /mem_limit/ },
      {
        tree: runs('podman kube play a.yaml', 'User=root'),
        says: /unless the manifest sets one/,
        fixes: /resources\.limits\.memory/,
      },
      {
        tree: runs('dockerd'),
        says: /limits what it starts in other cgroups: each container may/,
        fixes: /cap the slice/,
      },
    ],
    good: [
      { tree: bundle(GOOD) },
      { tree: bundle('OOMPolicy=continue', { [`${UNITS}/system.slice`]: slice('MemoryMax=4G') }) },
      { tree: runs('docker run --rm -m 2g --memory-swap 2g example/a') },
      { tree: runs('podman run --memory 2g example/a') },
      { tree: runs('systemd-run --scope -p MemoryMax=2G /srv/a') },
      // payload-elsewhere says it.
      { tree: runs('docker run example/a', 'MemoryMax=4G') },
      {
        tree: runs('docker run --cgroup-parent=b.slice example/a', '', { [`${UNITS}/b.slice`]: slice('MemoryMax=4G') }),
      },
      { tree: runs('docker run example/a', '', { [`${UNITS}/docker-.scope.d/m.conf`]: '[Scope]\nMemoryMax=4G\n' }) },
      {
        tree: runs('dockerd', '', {
          'etc/docker/daemon.json': '{"cgroup-parent": "docker.slice"}',
          [`${UNITS}/docker.slice`]: slice('MemoryMax=4G'),
        }),
      },
      { tree: runs('kubelet', '', { [`${UNITS}/kubepods.slice`]: slice('MemoryMax=4G') }) },
    ],
  },
  maxNearRam: {
    bad: [
      { tree: bundle('MemoryMax=32G'), says: /is not below the host's 24G/ },
      { tree: bundle('MemoryMax=3966M', {}, { memory: '4G' }), says: /leaves 130M of the host's 4G/ },
      { tree: files({ [A]: service('MemoryMax=4G') }), host: { memory: 4 * 1024 ** 3 } },
      { tree: files({ [A]: service('MemoryMax=95%') }), says: /leaves 5 % of the host's memory/ },
    ],
    good: [
      { tree: files({ [A]: service('MemoryMax=90%') }) },
      { tree: files({ [A]: service('MemoryMax=95G') }) },
      { tree: bundle(GOOD) },
      { tree: files({ [A]: service('MemoryMax=3584M') }), host: { memory: 4 * 1024 ** 3 } },
    ],
  },
  capsOverRam: {
    bad: [
      { tree: bundle('MemoryMax=21G'), says: /25G \(21G of a\.service, 4G of user-\.slice\)/ },
      {
        tree: composeTree({ [A]: service('MemoryMax=70%'), [`${UNITS}/b.service`]: service('MemoryMax=40%') }),
        says: /110 % of the host's memory \(70% of a\.service, 40% of b\.service\) without/,
      },
    ],
    good: [
      { tree: composeTree({ [A]: service('MemoryMax=70%'), [`${UNITS}/b.service`]: service('MemoryMax=30%') }) },
      { tree: composeTree({ [A]: service('MemoryMax=70%'), [`${UNITS}/b.service`]: service('MemoryMax=30G') }) },
      { tree: bundle(GOOD) },
      { tree: bundle('MemoryMax=21G', earlyoom('')) },
      {
        tree: bundle('MemoryMax=21G', { [`${UNITS}/-.slice.d/x.conf`]: slice('ManagedOOMSwap=kill') }, { swap: '1G' }),
      },
    ],
  },
  swapAllowed: {
    bad: [
      { tree: bundle('MemoryMax=16G', {}, { swap: '14G' }), says: /may swap without limit on a host with 14G/ },
      { tree: bundle('MemoryMax=16G\nMemorySwapMax=1G', {}, { swap: '14G' }), says: /up to 1G/ },
      { tree: files({ [A]: service('MemoryMax=1G') }), says: /if the host has swap/ },
    ],
    good: [
      { tree: bundle('MemoryMax=16G') },
      { tree: bundle(GOOD, {}, { swap: '14G' }) },
      { tree: bundle('MemoryMax=64M\nMemorySwapMax=64M', {}, { swap: '14G' }) },
      { tree: files({ [`${UNITS}/earlyoom.service`]: service('MemoryMax=50M') }) },
    ],
  },
  sliceUncapped: {
    bad: [
      {
        tree: composeTree({
          [A]: service(GOOD),
          [`${UNITS}/multi-user.target.wants/ssh.service`]: '-> /lib/ssh.service',
        }),
        at: `${A}:3`,
        says: /MemoryMax=16G; the login sessions .* in case people start programs there/,
      },
      {
        tree: composeTree({ [A]: service(GOOD), 'etc/systemd/logind.conf': '[Login]\n#a=b\nKillUserProcesses=yes\n' }),
        says: /while the login sessions of users/,
      },
      { tree: composeTree({ [A]: service(GOOD), 'etc/systemd/user/x.service': service('') }), says: /while the login/ },
      {
        tree: composeTree({ [A]: service(GOOD), [`${UNITS}/code-server@ann.service.d/x.conf`]: service('') }),
        says: /while the login/,
      },
      { tree: bundle(GOOD, { [`${UNITS}/work.slice`]: slice('') }), at: `${UNITS}/work.slice` },
      {
        tree: composeTree({ [A]: service(GOOD), [`${UNITS}/user-.slice.d/x.conf`]: slice('TasksMax=9') }),
        at: `${UNITS}/user-.slice.d/x.conf`,
      },
    ],
    good: [
      { tree: bundle(GOOD) },
      { tree: files({ [A]: service(GOOD) }) },
      // A cap of one user, or of a killer of the host, asks for no caps elsewhere.
      {
        tree: composeTree({
          [`${UNITS}/user-1003.slice.d/x.conf`]: slice('MemoryMax=8G'),
          [`${UNITS}/earlyoom.service`]: service('MemoryMax=50M'),
          [`${UNITS}/user@1000.service.d/x.conf`]: '[Service]\nMemoryMax=85%\n',
        }),
      },
      // What is protected is left free, and so are systemd's own short helpers.
      {
        tree: bundle(GOOD, {
          [`${UNITS}/monitoring.slice`]: slice('MemoryMin=2G'),
          'usr/lib/systemd/system/system-systemd\\x2dcryptsetup.slice': slice(''),
        }),
      },
      // A web server of a host on which, as far as the tree shows, no one logs in.
      { tree: composeTree({ [A]: service(GOOD), 'etc/systemd/logind.conf': '[Login]\n#KillUserProcesses=no\n' }) },
      // What a distribution brings says nothing about this host.
      {
        tree: composeTree({
          [A]: service(GOOD),
          'usr/lib/systemd/system/user-.slice.d/10-d.conf': slice('TasksMax=9'),
        }),
      },
      { tree: bundle(`${GOOD}\nSlice=work.slice`, { [`${UNITS}/work.slice`]: slice('CPUWeight=9') }) },
      { tree: composeTree({ [A]: service(GOOD), [`${UNITS}/user.slice.d/x.conf`]: slice('MemoryMax=9G') }) },
    ],
  },
};
