import t from 'tap';
import { composeUnit } from '../testing/unit-in-tree.js';
import { parseDockerSettings, readDockerDaemon } from './docker-daemon.js';

const settings = (text: string) => ({ path: 'etc/docker/daemon.json', shown: 'my/daemon.json', text });
const daemon = (command: string) => composeUnit('docker.service', `[Service]\nExecStart=${command}\n`);

t.test('settings: the parent of all containers, with its line', async (t) => {
  t.same(parseDockerSettings('{\n  "live-restore": true,\n  "cgroup-parent": "docker.slice"\n}\n'), {
    execOptions: [undefined],
    parent: { name: 'docker.slice', line: 3 },
    fault: undefined,
  });
  t.equal(parseDockerSettings('{"cgroup-parent":""}').parent, undefined);
});

t.test('settings: a fault comes with its line', async (t) => {
  t.match(parseDockerSettings('{\n  "a": 1,\n}\n'), { parent: undefined, fault: { line: 3, why: /JSON/ } });
  t.same(parseDockerSettings('[]').fault, { line: 1, why: 'it must be an object' });
  for (const value of ['5', 'null', '["docker.slice"]'])
    t.same(parseDockerSettings(`{\n"cgroup-parent":${value}}`), {
      execOptions: [undefined],
      parent: undefined,
      fault: { line: 2, why: 'cgroup-parent must be a string' },
    });
});

t.test('settings: an empty file counts as no file', async (t) => {
  t.equal(parseDockerSettings(' \n').fault, undefined);
});

t.test('undefined if the tree has nothing of Docker', async (t) => {
  t.equal(readDockerDaemon([], [composeUnit('a.service', '[Service]\n')]), undefined);
});

t.test('a docker.slice alone means that Docker is there', async (t) => {
  t.match(readDockerDaemon([], [composeUnit('docker.slice', '[Slice]\n')]), {
    at: { path: 'docker.slice' },
    hasSettingsFile: false,
    fault: undefined,
    parent: undefined,
    parentFlag: undefined,
    driver: 'systemd',
  });
});

t.test('the parent is read from settings and command line', async (t) => {
  const found = readDockerDaemon(
    [settings('{"cgroup-parent":"docker.slice"}')],
    [daemon("/usr/bin/dockerd -H fd:// --cgroup-parent 'web.slice'")],
  );
  t.match(found, {
    at: { path: 'my/daemon.json' },
    hasSettingsFile: true,
    parent: { name: 'docker.slice', at: { path: 'my/daemon.json', line: 1 } },
    parentFlag: { name: 'web.slice', at: { path: 'docker.service', line: 2 } },
  });
  t.match(readDockerDaemon([], [daemon('dockerd --cgroup-parent=web.slice')]), { parentFlag: { name: 'web.slice' } });
});

t.test('a fault is reported with its place in the file', async (t) => {
  t.match(readDockerDaemon([settings('{\n,}')], [])?.fault, { at: { path: 'my/daemon.json', line: 2 } });
});

t.test('the driver is cgroupfs if either of them says so', async (t) => {
  const driver = (text: string, command: string) => readDockerDaemon([settings(text)], [daemon(command)])?.driver;
  t.equal(driver('{"exec-opts":["native.cgroupdriver=cgroupfs"]}', 'dockerd'), 'cgroupfs');
  t.equal(driver('{"exec-opts":"native.cgroupdriver=cgroupfs"}', 'dockerd'), 'cgroupfs');
  t.equal(driver('{}', 'dockerd --exec-opt native.cgroupdriver=cgroupfs'), 'cgroupfs');
  t.equal(driver('{"exec-opts":["native.cgroupdriver=systemd"]}', 'dockerd'), 'systemd');
});
