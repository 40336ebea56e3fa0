import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import t from 'tap';
import { loadBundle } from '../harness/bundle/load.js';
import { resolveServingUnit } from '../harness/bundle/serving.js';
import { assets } from '../harness/core/assets.js';
import { ALICE_LOGS_IN, guestAsHost } from './hosts/guest-host.js';

// A guest of ours plays a live host with secrets wherever a unit can hold one. Each of them is a word that begins with PLANTED.

t.setTimeout(600_000);

const cli = assets.cli;
const { machine, keyFile: key, port, inGuest, signal } = await guestAsHost();
const dir = t.testdir({ bin: {} });
// ssh finds the user's files by the account, not by $HOME: a wrapper takes any host key.
const anyHost = '-o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null';
await writeFile(join(dir, 'bin', 'ssh'), `#!/bin/sh\nexec /usr/bin/ssh ${anyHost} "$@"\n`, { mode: 0o755 });
const env = { PATH: `${join(dir, 'bin')}:${process.env.PATH}`, NO_COLOR: '1' };
const oomdrill = (...args: string[]) => execa('node', [cli, 'capture', ...args], { env, cwd: dir, reject: false });
const byHost = (user: string) => ['--host', `${user}@127.0.0.1`, '--port', port, '--key', key];

await inGuest(String.raw`
  ${ALICE_LOGS_IN}
  mkdir -p /opt/web && echo 'require("http").createServer((_, r) => r.end("ok")).listen(8080)' >/opt/web/server.js
  mkdir -p /etc/web /etc/systemd/system/web.service.d /etc/systemd/system/user-.slice.d /etc/docker
  cat >/etc/systemd/system/web.service <<'EOF_'
[Unit]
Description=A web server
# Environment=OLD_TOKEN=PLANTED1
[Service]
User=alice
Environment="TOKEN=PLANTED2 and PLANTED3" 'KEY=PLANTED4' \
  PLAIN=PLANTED5
EnvironmentFile=/etc/web/readable.env
EnvironmentFile=/etc/web/private.env
SetCredential=db:PLANTED6
LoadCredential=api:/etc/web/api.key
StandardInputText=PLANTED7
ExecStartPre=/bin/sh -c 'export SECRET=PLANTED8; true'
ExecStart=/usr/bin/env PASSWORD=PLANTED9 /usr/bin/node /opt/web/server.js --token PLANTED10 \
  --db postgres://u:PLANTED11@db/x --header "Authorization: Bearer PLANTED12"
MemoryMax=50%
MemorySwapMax=0
OOMPolicy=continue
[X-Vendor]
Secret=PLANTED13
EOF_
  printf '[Service]\nEnvironment=DROPPED=PLANTED14\nMemoryHigh=1G\n' >/etc/systemd/system/web.service.d/50.conf
  printf '[Slice]\nMemoryMax=1G\n# PLANTED15\n' >/etc/systemd/system/user-.slice.d/cap.conf
  printf 'READABLE=PLANTED16\nMULTI="PLANTED17\nLINE=PLANTED18"\n' >/etc/web/readable.env
  printf 'PRIVATE=PLANTED19\n' >/etc/web/private.env && chmod 600 /etc/web/private.env
  echo PLANTED20 >/etc/web/api.key
  printf '{ "cgroup-parent": "docker.slice", "log-opts": { "splunk-token": "PLANTED21" } }' >/etc/docker/daemon.json
  printf 'SMTP_PASSWORD=PLANTED22\nEARLYOOM_ARGS="-m 5,3"\n' >/etc/default/earlyoom
  systemctl daemon-reload && systemctl start earlyoom.service web.service
  systemctl set-property --runtime web.service MemoryHigh=1100M
  curl --silent --fail --output /dev/null --retry 60 --retry-delay 1 --retry-connrefused http://127.0.0.1:8080/`);

/** Everything that is in a folder, names and contents. */
const everything = async (path: string) =>
  (await execa('tar', ['--create', '--directory', join(dir, path), '.'], { encoding: 'latin1' })).stdout;

t.test('captured by ssh as a plain user: what systemd has in effect, and no secret', async (t) => {
  const { exitCode, stdout, stderr } = await oomdrill(
    'web.service',
    ...byHost('alice'),
    '--out',
    'by-ssh',
    '--json',
    '-',
  );
  t.equal(exitCode, 0, stderr);
  t.notMatch(await everything('by-ssh'), 'PLANTED');
  t.notMatch(`${stdout}${stderr}`, 'PLANTED');
  const bundle = await loadBundle(join(dir, 'by-ssh'));
  t.match(bundle.manifest, {
    host: { memory: '3G', swap: '0', cpus: 2 },
    serving: { unit: 'web.service', port: 8080, path: '/' },
    sidecars: [{ unit: 'earlyoom.service' }],
  });
  const inEffect = await inGuest('systemctl show web.service --property=MemoryHigh,MemoryMax --value');
  const { limits, oomPolicy } = resolveServingUnit(bundle);
  t.same([limits.high, limits.max, oomPolicy], [...inEffect.trim().split('\n').map(Number), 'continue']);
  const file = (path: string) => bundle.files.find((file) => file.path === path)?.text;
  t.match(file('etc/systemd/system/web.service'), /# Environment= set TOKEN KEY PLAIN /);
  t.match(file('etc/web/readable.env'), /# READABLE=\n# MULTI=\n$/);
  t.notMatch(file('etc/web/private.env'), 'PRIVATE', 'alice may not read it');
  t.match(file('etc/systemd/system/user-.slice.d/cap.conf'), 'MemoryMax=1G');
  t.match(file('etc/default/earlyoom'), /^EARLYOOM_ARGS="-m 5,3"\n$/);
  t.match(file('etc/docker/daemon.json'), /^\{ "cgroup-parent": "docker\.slice" \}\n$/);
  const seen = await everything('by-ssh');
  t.match(seen, /oom_kill 0/);
  t.match(seen, /some avg10=/);
});

t.test('the script on the host, by root', async (t) => {
  const { stdout: script } = await oomdrill('--script');
  const run = await machine.exec(['sh', '-s', 'web.service'], { reason: 'the script', input: script, signal });
  t.equal(run.exitCode, 0, run.stderr);
  t.notMatch(run.stdout, 'PLANTED');
  await writeFile(join(dir, 'web.capture'), run.stdout);
  const { exitCode, stderr } = await oomdrill('--from', 'web.capture', '--out', 'by-script');
  t.equal(exitCode, 0, stderr);
  const bundle = await loadBundle(join(dir, 'by-script'));
  t.match(bundle.files.find(({ path }) => path === 'etc/web/private.env')?.text, /# PRIVATE=\n/);
});

t.test('what goes wrong is said, and leaves nothing', async (t) => {
  const cases: [string[], number, RegExp][] = [
    [['nope.service', ...byHost('alice')], 64, /there is no unit nope\.service/],
    [['web.service', ...byHost('ghost')], 2, /CAPTURE_SSH/],
    [['web.service', ...byHost('alice'), '--out', 'by-ssh'], 64, /it exists already/],
    [['web.slice', ...byHost('alice')], 64, /The unit must be a service/],
    [['--from', 'absent'], 64, /There is no capture at absent/],
    [['web.service', '--url', 'ftp://x/'], 64, /URL_INVALID/],
  ];
  for (const [args, status, words] of cases) {
    const out = args.includes('--out') ? [] : ['--out', 'wrong'];
    const { exitCode, stderr } = await oomdrill(...args, ...out);
    t.equal(exitCode, status, args.join(' '));
    t.match(stderr, words);
    t.notMatch(stderr, /^ +at /m);
  }
  t.rejects(loadBundle(join(dir, 'wrong')), { code: 'BUNDLE_MISSING' });
});
