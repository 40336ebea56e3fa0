import { composeTree } from '../../testing/lint.js';
import { type ExamplesOf, files, slice, UNITS } from '../../testing/rule-examples.js';
import type * as rules from './docker.js';

const DAEMON = 'etc/docker/daemon.json';
const PARENT = { [DAEMON]: '{\n  "cgroup-parent": "docker.slice"\n}\n' };
const CAPPED = { [`${UNITS}/docker.slice`]: slice('MemoryMax=2G\nMemorySwapMax=0') };

const EACH_CAPPED = { [`${UNITS}/docker-.scope.d/x.conf`]: '[Scope]\nMemoryMax=2G\nMemorySwapMax=0\n' };

export const examples: ExamplesOf<typeof rules> = {
  dockerParent: {
    bad: [
      { tree: composeTree({ [DAEMON]: '{}' }), at: DAEMON, says: /nothing limits the sum/ },
      {
        tree: composeTree(CAPPED),
        at: `${UNITS}/docker.slice`,
        says: /MemoryMax=2G of docker\.slice holds no container/,
      },
      {
        tree: composeTree({ [DAEMON]: '{}', ...EACH_CAPPED }),
        says: /each container has MemoryMax=2G of docker-\.scope, and nothing limits their sum\.$/,
      },
      {
        tree: composeTree({ [DAEMON]: '{}', [`${UNITS}/system.slice.d/x.conf`]: slice('MemoryMax=9G') }),
        says: /share MemoryMax=9G of system\.slice/,
      },
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
  dockerParentName: {
    bad: [{ tree: files({ [DAEMON]: '{\n"cgroup-parent": "/docker"\n}' }), at: `${DAEMON}:2` }],
    good: [
      { tree: files(PARENT) },
      { tree: files({ [DAEMON]: '{"cgroup-parent":"/d","exec-opts":["native.cgroupdriver=cgroupfs"]}' }) },
    ],
  },
  dockerParentUncapped: {
    bad: [
      { tree: composeTree(PARENT), at: `${DAEMON}:2` },
      { tree: composeTree({ ...PARENT, ...EACH_CAPPED }), says: /each of them has MemoryMax=2G of docker-\.scope/ },
    ],
    good: [
      { tree: composeTree({ ...PARENT, ...CAPPED }) },
      { tree: files(PARENT) },
      // A slice that no file describes is within the one that its name begins with (systemd.slice(5)).
      { tree: composeTree({ [DAEMON]: '{"cgroup-parent":"docker-web.slice"}', ...CAPPED }) },
    ],
  },
  dockerSettings: {
    bad: [
      { tree: files({ [DAEMON]: '{\n  "a": 1,\n}\n' }), at: `${DAEMON}:3` },
      { tree: files({ [DAEMON]: '[]' }), says: /it must be an object/ },
      { tree: files({ [DAEMON]: '{\n"cgroup-parent":5}' }), at: `${DAEMON}:2`, says: /must be a string/ },
      {
        tree: composeTree({
          ...PARENT,
          [`${UNITS}/docker.service`]: '[Service]\nExecStart=dockerd --cgroup-parent x.slice\n',
        }),
      },
    ],
    good: [{ tree: files(PARENT) }, { tree: files({ [DAEMON]: '\n' }) }],
  },
  dockerDriver: {
    bad: [{ tree: files({ [DAEMON]: '{"exec-opts":["native.cgroupdriver=cgroupfs"]}' }) }],
    good: [{ tree: files({ [DAEMON]: '{"exec-opts":["native.cgroupdriver=systemd"]}' }) }],
  },
};
