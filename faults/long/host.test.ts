import { readFile, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { execa } from 'execa';
import t from 'tap';
import { assets } from '../../harness/core/assets.js';
import { CANARY_PORT } from '../../harness/machine/guest-paths.js';
import { readLedger } from '../../harness/machine/ledger-pages.js';
import type { Machine } from '../../harness/machine/machine.js';
import { ALICE_LOGS_IN, guestAsHost } from '../hosts/guest-host.js';

// A guest of ours plays the host of the user's own: it is reached at an address of its own, with its ports as they are.

t.setTimeout(900_000);

const ADDRESS = '127.0.0.2';
const SSH_PORT = 2222;
const cli = assets.cli;
const MANIFEST = join(assets.root, 'harness', 'testing', 'private-root', 'manifest.py');

const { machine, keyFile, inGuest } = await guestAsHost();
const relays = await Promise.all([SSH_PORT, 3773, CANARY_PORT].map((port) => relay(machine, port)));
t.teardown(async () => {
  for (const server of relays) server.close();
});
// ssh finds the user's files by the account, not by $HOME: a wrapper names the known hosts of this test instead.
const bin = t.testdir({ state: {}, out: {} });
await writeFile(
  join(bin, 'ssh'),
  `#!/bin/sh\nexec /usr/bin/ssh -o UserKnownHostsFile=${join(bin, 'known_hosts')} "$@"\n`,
  { mode: 0o755 },
);
process.env.OOMDRILL_STATE = join(bin, 'state');
const env = { OOMDRILL_STATE: join(bin, 'state'), PATH: `${bin}:${process.env.PATH}`, NO_COLOR: '1' };

/** What changes by itself below /var/lib: systemd's own state, and leases. */
const RESTLESS = /^'\/var\/lib\/(?:systemd|dhcp|private|dbus|apt|dpkg|docker|containerd)(?:\/|')/;

/** Everything that is kept of every file where a drill may write, and what runs. */
const state = async () => {
  const files = await inGuest(
    'python3 /root/manifest.py /etc /home /opt /srv /usr/local /usr/lib/oomdrill /usr/bin/t3 /var/lib /run/systemd/system.control',
  );
  const units =
    await inGuest(`systemctl is-active t3-serve@alice.service; systemctl show t3-serve@alice.service --property=ExecStart --value | cut -d';' -f1
    systemctl list-units --all --plain --no-legend 'oomdrill-hog*' 'oomdrill-sampler*' 'oomdrill-canary*' | sed 's/ .*//'; ls /run/oomdrill`);
  return [...files.split('\n').filter((line) => !RESTLESS.test(line)), units].join('\n');
};
const oomdrill = (...flags: string[]) =>
  execa(
    'node',
    [
      cli,
      'run',
      '2026-07-02-fixed',
      '--machine',
      'ssh',
      '--host',
      `root@${ADDRESS}`,
      '--port',
      String(SSH_PORT),
      '--key',
      keyFile,
      '--out',
      join(bin, 'out'),
      '--json',
      '-',
      ...flags,
    ],
    { env, reject: false },
  );

const hostKey = await inGuest('ssh-keygen -y -f /run/oomdrill/host_key');
await writeFile(join(bin, 'known_hosts'), `[${ADDRESS}]:${SSH_PORT} ${hostKey}`);

// A server of the owner's, an account less than oomdrill wants, no programs of ours; and alice may log in, but not sudo.
await inGuest(`
  ${ALICE_LOGS_IN}
  mkdir -p /etc/t3-serve && echo mine=1 >/etc/t3-serve/alice.env && chmod 600 /etc/t3-serve/alice.env
  ln /etc/t3-serve/alice.env /etc/t3-serve/same.env && ln /etc/t3-serve/alice.env /srv/outside.env
  python3 -c 'import os
os.setxattr("/etc/t3-serve/alice.env", "user.note", b"mine")
os.setxattr("/etc/t3-serve/alice.env", "security.capability", bytes.fromhex("0100000200040000000000000000000000000000"))'
  touch -d '2001-02-03 04:05:06.789012345 UTC' /etc/t3-serve/alice.env && touch -d '2002-02-03 04:05:06.5 UTC' /etc/t3-serve
  mkdir -p /home/alice/.t3 && echo data >/home/alice/.t3/db && chown -R alice:alice /home/alice/.t3
  printf '[Service]\\nExecStart=/bin/sleep infinity\\n' >/etc/systemd/system/t3-serve@.service
  userdel --remove bob 2>/dev/null; rm -f /usr/bin/t3 /usr/lib/oomdrill/hog
  systemctl daemon-reload && systemctl start t3-serve@alice.service`);
await inGuest(`cat >/root/manifest.py <<'END'\n${await readFile(MANIFEST, 'utf8')}\nEND`);
const before = await state();

t.test('a host that is not called disposable is left alone', async (t) => {
  const { exitCode, stderr } = await oomdrill();
  t.equal(exitCode, 64);
  t.match(stderr, /DESTRUCTIVE_NOT_ALLOWED/);
  t.equal(await state(), before);
});

t.test('a user who may not sudo', async (t) => {
  const { exitCode, stdout } = await oomdrill('--allow-destructive', '--host', `alice@${ADDRESS}`);
  t.equal(exitCode, 2);
  t.match(JSON.parse(stdout), { error: { code: 'HOST_UNFIT', message: /sudo/ } });
  t.equal(await state(), before);
});

t.test('a host whose serving unit runs is left alone', async (t) => {
  const { exitCode, stdout } = await oomdrill('--allow-destructive');
  t.equal(exitCode, 2);
  t.match(JSON.parse(stdout).runs[0], {
    verdict: 'error',
    error: { code: 'HOST_IN_USE', hint: /--stop-running-service/ },
  });
  t.equal(await state(), before);
});

t.test('a drill on a host, which is restored as it was', async (t) => {
  const { exitCode, stdout, stderr } = await oomdrill('--allow-destructive', '--stop-running-service');
  t.comment(stderr);
  t.equal(exitCode, 0);
  t.match(JSON.parse(stdout).runs[0], { verdict: 'pass', outcome: 'contained', machine: 'ssh', guest: ADDRESS });
  t.equal(await state(), before);
});

t.test('kill -9 of the harness, a disk that fills up, then reap', async (t) => {
  const child = oomdrill('--allow-destructive', '--stop-running-service');
  createInterface({ input: child.stderr }).on('line', (line) => {
    if (/injection/.test(line)) child.kill('SIGKILL');
  });
  await child;
  t.not(await state(), before, 'the drill was in mid-flight');
  // Room that is allocated costs this machine's disk nothing.
  await inGuest('fallocate --length "$(df --output=avail --block-size=1 / | tail -n 1)" /filling');
  t.equal(Number(await inGuest('df --output=avail / | tail -n 1')), 0, 'the disk is full');
  const busy = await execa('node', [cli, 'reap'], { env, reject: false });
  t.match(busy.stdout, /oomdrill's files on 127\.0\.0\.2/);
  await inGuest('rm /filling');
  t.equal(await state(), before);
  t.same(await readLedger(), { pages: [], unreadable: [] });
});

async function relay(machine: Machine, port: number) {
  const to = await machine.endpoint(port);
  const server = createServer((client) => {
    const guest = connect(to.port, to.host);
    client.pipe(guest).pipe(client);
    client.on('error', () => guest.destroy());
    guest.on('error', () => client.destroy());
  });
  await new Promise<void>((resolve) => server.listen(port, ADDRESS, resolve));
  return server;
}
