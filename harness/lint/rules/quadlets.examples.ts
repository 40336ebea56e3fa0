import { type ExamplesOf, files } from '../../testing/rule-examples.js';
import type * as rules from './quadlets.js';

const QUADLETS = 'etc/containers/systemd';
const APP = `${QUADLETS}/app.container`;

const POD = { [`${QUADLETS}/web.pod`]: '[Pod]\nPodmanArgs=--memory=2g\n' };

const container = (lines: string) => `[Container]\nImage=docker.io/example/app\n${lines}\n`;

export const examples: ExamplesOf<typeof rules> = {
  quadletRefused: {
    bad: [
      {
        tree: files({ [APP]: container('MemoryMax=4G') }),
        says: /^podman makes no service of app\.container: \[Container\] has no key MemoryMax=\.$/,
        at: `${APP}:3`,
      },
      { tree: files({ [APP]: container('MemoryReservation=1g') }), at: `${APP}:3` },
      { tree: files({ [APP]: container('OOMPolicy=continue') }), at: `${APP}:3` },
      {
        tree: files({ [APP]: container('[Service]\nType=simple') }),
        says: /does not accept Type=simple/,
        at: `${APP}:4`,
      },
      { tree: files({ [APP]: container('[Service]\nKillMode=none') }), at: `${APP}:4` },
      { tree: files({ [APP]: '[Container]\nContainerName=a\n' }), says: /neither Image= nor Rootfs=/, at: APP },
      { tree: files({ [APP]: container('Rootfs=/srv/a') }), says: /both Image= and Rootfs=/ },
      { tree: files({ [APP]: container('Pod=web') }), says: /does not accept Pod=web/ },
      {
        tree: files({ [APP]: container('[Service]\nMemoryMax 4G') }),
        says: /no quadlet of this directory/,
        at: `${APP}:4`,
      },
      { tree: files({ [APP]: container('Memory=4g') }), says: /^podman before 5\.5 makes no service/, at: `${APP}:3` },
      { tree: files({ [`${QUADLETS}/web.kube`]: '[Kube]\n' }), says: /no Yaml=/ },
      { tree: files({ [`${QUADLETS}/web.pod`]: '[Pod]\nMemoryMax=1G\n' }), says: /\[Pod\] has no key MemoryMax=/ },
      {
        tree: files({ [APP]: container(''), [`${APP}.d/50.conf`]: '[Container]\nMemoryMax=1G\n' }),
        at: `${APP}.d/50.conf:2`,
      },
      { tree: files({ '~/.config/containers/systemd/app.container': container('MemoryMax=4G') }), says: /no key/ },
      {
        tree: files({ [APP]: container('SomethingNew=1') }),
        says: /^podman up to 6\.0 makes no service/,
        at: `${APP}:3`,
      },
      { tree: files({ [APP]: container('Restart=always') }), says: /^podman makes no service/, at: `${APP}:3` },
    ],
    good: [
      {
        tree: files({
          [APP]: container('PodmanArgs=--memory=4g\n[Service]\nMemoryMax=4G\nType=oneshot\nKillMode=mixed'),
        }),
      },
      { tree: files({ [APP]: container('ShmSize=1g\nPod=web.pod\n# MemoryMax=1G') }) },
      { tree: files({ [`${QUADLETS}/web.pod`]: '[Pod]\nPodName=web\n' }) },
      { tree: files({ [`${QUADLETS}/web.kube`]: '[Kube]\nYaml=web.yaml\n' }) },
      { tree: files({ [`${QUADLETS}/data.volume`]: '[Volume]\n', [`${QUADLETS}/lan.network`]: '[Network]\n' }) },
    ],
  },
  podLimitElsewhere: {
    bad: [
      {
        tree: files({ ...POD, [APP]: container('Pod=web.pod') }),
        says: /^--memory=2g of web\.pod does not hold app\.container\.$/,
        at: `${QUADLETS}/web.pod:2`,
      },
    ],
    good: [
      { tree: files(POD) },
      { tree: files({ ...POD, [APP]: container('Pod=other.pod') }) },
      { tree: files({ ...POD, [APP]: container('Pod=web.pod\nCgroupsMode=enabled') }) },
      { tree: files({ ...POD, [APP]: container('Pod=web.pod\nPodmanArgs=--cgroups=enabled') }) },
      { tree: files({ [`${QUADLETS}/web.pod`]: '[Pod]\n', [APP]: container('Pod=web.pod') }) },
    ],
  },
};
