import t from 'tap';
import { findContainerCommand } from './container-command.js';

const find = (line: string) => findContainerCommand(line.split(' '));

t.test('commands that start something in another cgroup', async (t) => {
  const names: Readonly<Record<string, string | undefined>> = {
    'docker run --rm -it a': 'docker run',
    'docker --context x -l info run a': 'docker run',
    'docker container run a': 'docker run',
    'docker compose -f a.yml --profile b up -d': 'docker compose up',
    'docker compose -f a.yml pull': undefined,
    'docker-compose -p a -f b.yml up': 'docker-compose up',
    'docker build .': undefined,
    'docker ps': undefined,
    docker: undefined,
    'docker container': undefined,
    'podman pod start a': 'podman pod start',
    'podman play kube a.yaml': 'podman play kube',
    'podman generate systemd a': undefined,
    'podman run --cgroups=split a': undefined,
    'podman run --name split --cgroups split a': undefined,
    'podman run --cgroups=enabled a': 'podman run',
    'podman run -v /x:/y a --cgroups=split': 'podman run',
    'machinectl start a': 'machinectl start',
    'machinectl list': undefined,
    'virsh -c qemu:///system start a': 'virsh start',
    'lxc-start -n a -F': 'lxc-start',
    'incus start a': 'incus start',
    'systemd-run --scope -p MemoryMax=1G a': 'systemd-run',
    'dockerd --host fd://': undefined,
  };
  for (const [line, name] of Object.entries(names)) t.equal(find(line)?.name, name, line);
});

t.test('what an option of the engine says, and none of the program in the container', async (t) => {
  t.match(find('docker run -m 200m -d a'), { cap: '--memory=200m', isDetached: true });
  t.match(find('docker run -m200m a'), { cap: '--memory=200m', isDetached: false });
  t.match(find('docker run --memory=1g --memory 2g a'), { cap: '--memory=2g' });
  t.match(find('docker run -e A=1 -p 80:80 --name b a -d --memory=1g'), { cap: undefined, isDetached: false });
  t.match(find('systemd-run -p MemoryMax=1G a'), { cap: 'MemoryMax=1G' });
  t.match(find('systemd-run --property=MemoryMax=1G a'), { cap: 'MemoryMax=1G' });
  t.match(find('docker run --cgroup-parent=web.slice a'), { parent: 'web.slice' });
  t.match(find('docker run $OPTS a'), { variable: '$OPTS' });
  t.match(find('docker run a $ARGS'), { variable: undefined });
  t.match(find('docker start a'), { isDetached: true });
  t.match(find('docker start -a a'), { isDetached: false });
});
