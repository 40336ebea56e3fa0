import { composeTree } from '../../testing/lint.js';
import { A, bundle, type ExamplesOf, files, GOOD, slice, UNITS } from '../../testing/rule-examples.js';
import type * as rules from './payload.js';

/** A service with these commands and a cap. */
const createCapped = (...lines: string[]) => files({ [A]: `[Service]\n${lines.join('\n')}\nMemoryMax=1G\n` });
const start = (command: string, ...more: string[]) => createCapped(`ExecStart=${command}`, ...more);

export const examples: ExamplesOf<typeof rules> = {
  payloadElsewhere: {
    bad: [
      {
        tree: start('/usr/bin/docker run --rm -p 80:80 --name a example/a'),
        at: `${A}:3`,
        says: /^MemoryMax=1G of a\.service holds `docker run` alone: the container runs in another cgroup\.$/,
      },
      { tree: start("/bin/sh -c 'docker rm -f a; exec docker run --name a example/a'") },
      { tree: start('/bin/bash -lc "cd /srv && /usr/bin/docker compose -f x.yml up"') },
      { tree: start('/usr/bin/env A=1 docker-compose -p a up --build') },
      { tree: start('/usr/bin/sudo -u deploy docker start -a a'), says: /`docker start`/ },
      { tree: start('/usr/bin/docker -H unix:///x.sock --log-level warn container run example/a') },
      { tree: start('/usr/bin/podman run --cgroups=no-conmon -d example/a'), says: /`podman run`/ },
      { tree: start('/usr/bin/podman --log-level=debug run --rm example/a --cgroups=split') },
      { tree: start('/usr/bin/podman kube play --replace /srv/pod.yaml') },
      { tree: start('/usr/bin/podman-compose up') },
      { tree: start('/usr/local/bin/nerdctl -n web run example/a') },
      { tree: start('/usr/bin/systemd-nspawn -M a -b') },
      { tree: start('/usr/bin/systemd-run --scope /srv/a') },
      { tree: start('/usr/bin/podman run $OPTS example/a'), says: /unless \$OPTS says otherwise/ },
      {
        tree: createCapped(
          'ExecStartPre=/usr/bin/docker run -d --name a example/a',
          'ExecStart=/usr/bin/docker wait a',
        ),
      },
      {
        tree: createCapped(
          'Type=oneshot',
          'RemainAfterExit=yes',
          'ExecStart=docker compose pull',
          'ExecStart=docker compose up -d',
        ),
      },
      { tree: start('/usr/bin/docker run --memory=200m example/a'), says: /the container has --memory=200m\.$/ },
      {
        tree: composeTree({
          [A]: '[Service]\nExecStart=podman run a\nMemoryLow=1G\n',
          [`${UNITS}/machine.slice`]: slice('MemoryMax=4G'),
        }),
        says: /^MemoryLow=1G .* all of them together have MemoryMax=4G of machine\.slice\.$/,
      },
      {
        tree: files({ [`${UNITS}/docker.service.d/x.conf`]: '[Service]\nMemoryMax=30G\n' }),
        says: /^MemoryMax=30G of docker\.service holds the daemon alone, and no container\.$/,
      },
      { tree: files({ [`${UNITS}/kubelet.service.d/x.conf`]: '[Service]\nMemoryHigh=30G\n' }), says: /no pod/ },
      { tree: start('/usr/bin/containerd --config /x') },
      {
        tree: files({ [`${UNITS}/lxc.service.d/x.conf`]: '[Service]\nMemoryMax=2G\n' }),
        says: /^MemoryMax=2G of lxc\.service holds the daemon alone, and no container\.$/,
        fixes: /lxc\.cgroup2\.memory\.max/,
      },
      { tree: start('/usr/bin/lxc-autostart -a') },
      { tree: start('/usr/bin/docker run --memory 0 example/a'), says: /another cgroup\.$/ },
      { tree: start('/usr/bin/podman run example/a'), fixes: /^Run it with --cgroups=split/ },
      { tree: start('/usr/bin/podman kube play a.yaml'), fixes: /^Set resources\.limits\.memory .* in the manifest/ },
      { tree: start('/usr/bin/podman pod start a'), fixes: /`podman pod create`/ },
      { tree: start('/usr/bin/docker start -a a'), fixes: /where it is made/ },
      { tree: start('/usr/bin/docker-compose up'), fixes: /^Limit each service in the Compose file/ },
      {
        tree: files({ 'etc/containers/systemd/a.kube': '[Kube]\nYaml=a.yaml\n[Service]\nMemoryMax=1G\n' }),
        at: 'etc/containers/systemd/a.kube:4',
        fixes: /^Set resources\.limits\.memory of each container in the manifest/,
      },
      {
        tree: files({ 'etc/containers/systemd/a.pod': '[Pod]\nPodName=a\n[Service]\nMemoryMax=1G\n' }),
        fixes: /^Limit each container of the pod under its \[Service\]/,
      },
      {
        tree: files({
          'etc/containers/systemd/a.container':
            '[Container]\nImage=a\nPodmanArgs=--cgroups=enabled\n[Service]\nMemoryMax=1G\n',
        }),
        fixes: /^Remove --cgroups=/,
      },
    ],
    good: [
      { tree: bundle(GOOD) },
      { tree: start('/usr/bin/podman run --cgroups=split --rm example/a') },
      { tree: start('/usr/bin/podman run --cgroups disabled example/a') },
      { tree: start('/usr/bin/systemd-nspawn --keep-unit -M a') },
      { tree: start('/usr/bin/docker build /srv/a') },
      { tree: start('/usr/bin/echo docker run') },
      { tree: start("/bin/sh -c 'docker run --rm example/migrate && exec /usr/bin/server'") },
      { tree: createCapped('ExecStartPre=/usr/bin/docker run --rm example/check', 'ExecStart=/usr/bin/server') },
      { tree: files({ [A]: '[Service]\nExecStart=docker run example/a\nMemoryMax=infinity\n' }) },
      { tree: files({ [`${UNITS}/docker.service.d/x.conf`]: '[Service]\nMemoryMin=100M\n' }) },
    ],
  },
};
