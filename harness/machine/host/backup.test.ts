import t from 'tap';
import { openPrivateRoot, whyNoPrivateRoot } from '../../testing/private-root/private-root.js';
import {
  archiveOf,
  drillOn,
  EVERYTHING,
  makeRichHost,
  RICH_FILES,
  shellOf,
} from '../../testing/private-root/spare-host.js';
import { restoreHost, wasRefused } from './backup.js';

// The scripts of a borrowed host, in a root file system of their own with the real tar, mv, useradd and the like.

const skip = whyNoPrivateRoot() ?? false;

t.test('a host is as it was, in all that a file has', { skip }, async (t) => {
  const root = await openPrivateRoot(t);
  await makeRichHost(root);
  const before = await root.manifest(...EVERYTHING);
  const drill = drillOn(root);
  await drill.backUp();
  t.same(
    await root
      .manifest('/etc', '/home', '/srv')
      .then((now) => now.filter((line) => !before.includes(line) && !/links=/.test(line))),
    [],
  );
  await drill.install(await archiveOf(t, RICH_FILES));
  t.equal(
    await root.sh('cat /etc/web/plain.conf /etc/web/pipe /home/mallory/top'),
    'of the drill\n'.repeat(3).trimEnd(),
  );
  t.same(await drill.restore(), []);
  t.same(await root.manifest(...EVERYTHING), before);
  t.same(await drill.restore(), [], 'a second time does nothing');
});

t.test('a disk that is full when the host is restored', { skip }, async (t) => {
  const root = await openPrivateRoot(t, '16m');
  await makeRichHost(root);
  await root.sh('head -c 3000000 /dev/urandom >/etc/web/plain.conf');
  // A file system of its own, whose room is not kept free.
  await root.sh(
    'mkdir -p /home/small && mount -t tmpfs -o size=1m none /home/small && head -c 300000 /dev/urandom >/home/small/a',
  );
  const before = await root.manifest(...EVERYTHING);
  const drill = drillOn(root, 'run-1', [...RICH_FILES, '/home/small/a']);
  await drill.backUp();
  await drill.install(await archiveOf(t, ['/etc/web/plain.conf', '/etc/web/setuid', '/home/small/a']));
  await root.sh('for dir in / /home/small; do cat /dev/zero >"$dir/fill" 2>/dev/null || :; done');
  const full = await root.manifest('/etc', '/home');
  await t.rejects(drill.restore(), {
    code: 'HOST_NOT_RESTORED',
    message: /KiB must be free on the file system of \/home\/small/,
  });
  t.same(await root.manifest('/etc', '/home'), full, 'nothing was changed');
  await root.sh('rm /home/small/fill');
  t.same(await drill.restore(), [], 'the room on its own file system was kept free');
  await root.sh('rm /fill');
  t.same(await root.manifest(...EVERYTHING), before);
});

t.test('no room for the backup', { skip }, async (t) => {
  const root = await openPrivateRoot(t, '16m');
  await makeRichHost(root);
  await root.sh('head -c 6000000 /dev/urandom >/etc/web/plain.conf');
  const before = await root.manifest(...EVERYTHING);
  const drill = drillOn(root);
  const error = await drill.backUp().catch((thrown: unknown) => thrown);
  t.match(error, { code: 'HOST_BACKUP', message: /restoring needs \d+ KiB free|No space left/ });
  t.notOk(wasRefused(error), 'it is looked at again');
  t.same(await drill.restore(), []);
  t.same(await root.manifest(...EVERYTHING), before);
});

t.test('what others changed meanwhile stays theirs', { skip }, async (t) => {
  const root = await openPrivateRoot(t);
  await makeRichHost(root);
  const drill = drillOn(root, 'run-1', [...RICH_FILES, '/etc/web/other.conf']);
  await root.sh('echo theirs >/etc/web/other.conf');
  await drill.backUp();
  await root.sh('useradd --create-home --comment "oomdrill run-1" alice');
  await drill.install(await archiveOf(t, RICH_FILES));
  await root.sh(`
    echo mine too >>/etc/web/plain.conf
    echo changed >/etc/web/other.conf
    echo mine >/etc/web/sub/dir/notes
    echo edited >>/etc/web/new
    usermod --password changed mallory`);
  const notes = await drill.restore();
  t.match(
    notes.join('\n'),
    /\/etc\/web\/plain\.conf was changed by someone else .* \/var\/lib\/oomdrill-kept\/run-1\/etc\/web\/plain\.conf/,
  );
  t.match(notes.join('\n'), /\/etc\/web\/new was written by someone else and is left/);
  t.match(notes.join('\n'), /\/etc\/web\/sub\/dir was made for the drill, and holds what others wrote/);
  t.equal(
    await root.sh('cat /etc/web/plain.conf /etc/web/other.conf /etc/web/sub/dir/notes /etc/web/new'),
    'of the drill\nmine too\nchanged\nmine\nof the drill\nedited',
  );
  t.equal(await root.sh('cat /var/lib/oomdrill-kept/run-1/etc/web/plain.conf'), 'old');
  t.equal(await root.sh('grep mallory /etc/shadow | cut -d: -f2'), 'changed', 'a password that was changed meanwhile');
  t.equal(
    await root.sh('grep -c alice /etc/passwd /etc/group /etc/shadow || :; ls /home'),
    '/etc/passwd:0\n/etc/group:0\n/etc/shadow:0\nmallory',
  );
  t.notOk(/oomdrill/.test(await root.sh('cat /etc/web/setuid')), 'what no one else changed is restored');
});

t.test("a directory that the drilled service was given goes, and its owner's stays", { skip }, async (t) => {
  const root = await openPrivateRoot(t);
  await root.sh('mkdir /var/lib/there && echo data >/var/lib/there/db');
  const drill = drillOn(root, 'run-1', [], [], ['/var/lib/there', '/var/lib/web/a', '/var/lib/private/web']);
  await drill.backUp();
  await root.sh('mkdir -p /var/lib/web/a /var/lib/private/web; echo x | tee /var/lib/web/a/x >/var/lib/private/web/x');
  t.same(await drill.restore(), []);
  t.equal(await root.sh('cd /var/lib && find . | sort'), '.\n./there\n./there/db');
  t.equal(await root.sh('cat /var/lib/there/db'), 'data');
});

t.test('two runs, and which of them restores', { skip }, async (t) => {
  const root = await openPrivateRoot(t);
  await makeRichHost(root);
  const first = drillOn(root, 'run-1');
  const second = drillOn(root, 'run-2');
  await first.backUp();
  const backup = await root.manifest('/var/lib/oomdrill-backup');
  const error = await second.backUp().catch((thrown: unknown) => thrown);
  t.match(error, { code: 'HOST_BORROWED', message: /the run of .* on .* \(process \d+, since 2/ });
  t.ok(wasRefused(error));
  t.same(await second.restore(), [], 'it has no backup of its own');
  t.same(await root.manifest('/var/lib/oomdrill-backup'), backup, 'the backup of the first is as it was');

  // What hold.sh does, without its connection.
  await root.sh(`
    (exec 9>>/run/oomdrill-backup.lock; flock 9; exec sleep 1000) >/dev/null 2>&1 &
    pid=$!
    until ! flock --nonblock /run/oomdrill-backup.lock true 2>/dev/null; do sleep 0.05; done
    echo "$pid $(cut -d ' ' -f 22 "/proc/$pid/stat") $(cat /proc/sys/kernel/random/boot_id)" >/var/lib/oomdrill-backup/alive`);
  const byHand = await root.run(['sh', '/var/lib/oomdrill-backup/restore.sh']);
  t.match(byHand, { exitCode: 6, stderr: /the run of .* still runs.*restore\.sh --force/s });
  t.same(
    await root
      .manifest('/var/lib/oomdrill-backup')
      .then((now) => now.filter((line) => !/\/alive'|oomdrill-backup' /.test(line))),
    backup.filter((line) => !/oomdrill-backup' /.test(line)),
  );
  t.match(await second.backUp().catch((thrown: unknown) => thrown), { code: 'HOST_BORROWED', message: /still runs/ });
  t.same(await first.restore(), [], 'its own run ends its hold');
  t.equal(await root.sh('ls -d /var/lib/oomdrill* /run/oomdrill* 2>/dev/null || :'), '');

  await second.backUp();
  await root.sh('echo "1 1 another-boot" >/var/lib/oomdrill-backup/alive');
  t.match(
    await root.run(['sh', '/var/lib/oomdrill-backup/restore.sh']),
    { exitCode: 0 },
    'a hold from before a reboot holds nothing',
  );
});

t.test('what ran runs again, and what the drill started does not', { skip }, async (t) => {
  const root = await openPrivateRoot(t);
  const active = async () => (await root.sh('sort -u /fake/active')).split('\n');
  await root.sh(`
    printf '%s\\n' web.service app.service other.service idle.service >/fake/active
    printf '%s\\n' web.service '  app.service' '  not-running.service' >/fake/dependencies
    echo 'cache.service db.socket multi-user.target other.service' >/fake/wants`);
  const drill = drillOn(root, 'run-1', ['/etc/web.conf']);
  await drill.backUp();
  t.same(await active(), ['app.service', 'idle.service', 'other.service']);
  // app went down with web, other was killed, cache came with web, an administrator stopped idle and started mine.
  await root.sh(
    `printf '%s\\n' web.service cache.service mine.service >/fake/active; echo 'other.service loaded failed' >/fake/failed`,
  );
  const notes = await drill.restore();
  t.same(await active(), ['app.service', 'mine.service', 'other.service', 'web.service']);
  t.same(notes, ['app.service had ended, and was started again', 'other.service had ended, and was started again']);
});

t.test('a backup of a version before 0.3.0 is restored by its own script', { skip }, async (t) => {
  const root = await openPrivateRoot(t);
  for (const dir of ['/var/lib/oomdrill-backup', '/var/lib/oomdrill-borrowed']) {
    await root.sh(`mkdir ${dir}; echo 'echo restored; rm -rf ${dir}' >${dir}/restore.sh`);
    t.match(
      await drillOn(root)
        .backUp()
        .catch((thrown: unknown) => thrown),
      { code: 'HOST_BORROWED', message: /an older version/ },
    );
    t.same(await restoreHost(shellOf(root), { name: 'spare' }), ['restored'], dir);
  }
});

t.test('what cannot be backed up is refused, and nothing is left', { skip }, async (t) => {
  const root = await openPrivateRoot(t);
  await makeRichHost(root);
  await root.sh(`
    mkdir -p /etc/web/folder /home/mallory/real
    python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind("/etc/web/socket")'
    ln -s /etc /home/mallory/link; ln -s /root /tmp/planted; chown -h 4242:4242 /home/mallory/link /tmp/planted`);
  const before = await root.manifest(...EVERYTHING, '/run');
  const refusals: Record<string, RegExp> = {
    '/etc/web/folder': /\/etc\/web\/folder is a directory there, and a file in the drill/,
    '/etc/web/socket': /\/etc\/web\/socket is a socket/,
    '/etc/web/plain.conf/x': /\/etc\/web\/plain\.conf is not a directory/,
    '/home/mallory/link/cron.d/x': /\/home\/mallory\/link is a link, and others than root may write to \/home\/mallory/,
    '/tmp/planted/x': /\/tmp\/planted is a link/,
    'etc/x': /is not absolute/,
    '/etc/../x': /not written in its shortest form/,
    '/etc/a\tb': /control character/,
    '/etc/a\nfile /etc/shadow': /line break/,
  };
  for (const [path, message] of Object.entries(refusals)) {
    const error = await drillOn(root, 'run-1', [path])
      .backUp()
      .catch((thrown: unknown) => thrown);
    t.match(error, { code: 'HOST_PATH', message }, path);
    t.ok(wasRefused(error), path);
  }
  await root.sh(`printf '#!/bin/sh\\ncase "$*" in *--acls*) exit 1; esac\\n' >/fake/tar; chmod +x /fake/tar`);
  t.match(
    await drillOn(root)
      .backUp()
      .catch((thrown: unknown) => thrown),
    { code: 'HOST_UNFIT', message: /GNU tar is needed/ },
  );
  t.same(
    (await root.manifest(...EVERYTHING, '/run')).filter((line) => !/^'\/run' /.test(line)),
    before.filter((line) => !/^'\/run' /.test(line)),
  );
});

t.test('nothing is put where the backup does not reach', { skip }, async (t) => {
  const root = await openPrivateRoot(t);
  await makeRichHost(root);
  const drill = drillOn(root, 'run-1', ['/etc/web/plain.conf']);
  await drill.backUp();
  for (const path of ['/etc/web/other', '/srv/other', '/etc/passwd'])
    await t.rejects(drill.install(await archiveOf(t, [path])), /is not in the backup/, path);
  t.equal(await root.sh('cat /srv/other /etc/web/other 2>/dev/null || :'), '');
});
