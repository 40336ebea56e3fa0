import t from 'tap';
import type { GuestShell } from '../harness/machine/guest-shell.js';
import { openPrivateRoot, type PrivateRoot, whyNoPrivateRoot } from '../harness/testing/private-root/private-root.js';
import {
  archiveOf,
  drillOn,
  EVERYTHING,
  makeRichHost,
  RICH_FILES,
  shellOf,
  UNIT,
} from '../harness/testing/private-root/spare-host.js';

// What may go wrong while a borrowed host is restored, in a root file system of its own: no VM.

t.setTimeout(900_000);
const skip = whyNoPrivateRoot() ?? false;

const exceptVarLib = (lines: readonly string[]): readonly string[] =>
  lines.filter((line) => !line.startsWith("'/var/lib' "));

/** Programs that the scripts call: each call is a step. */
const PROGRAMS = 'tar mv rm rmdir mkdir touch ln sync sed sort stat readlink find userdel systemctl fallocate xargs';

/** Has something happen at a step of a script. @param deed a script of sh(1) */
async function prepareSteps(root: PrivateRoot, deed: string): Promise<GuestShell> {
  await root.sh(`
    mv /fake/systemctl /fake/real-systemctl
    for name in ${PROGRAMS}; do
      real=/fake/real-$name
      [ -e "$real" ] || real=$(command -v "$name")
      cat >"/fake/$name" <<'END'
#!/bin/sh
if [ -e /fake/turn ]; then
  read -r turn </fake/turn
  echo $((turn - 1)) >/fake/turn
  [ "$turn" -gt 0 ] || sh /fake/deed
fi
END
      echo "exec $real \\"\\$@\\"" >>"/fake/$name"
    done
    cat >/fake/deed <<'END'
PATH=/usr/bin
rm /fake/turn
${deed}
END
    cd /fake && chmod +x ${PROGRAMS}`);
  const { exec } = shellOf(root);
  return {
    // In a process group of its own, to be killed as a whole.
    exec: ([...command], options) =>
      exec(['setsid', 'sh', '-c', 'echo $$ >/fake/group; exec "$@"', 'sh', ...command], options),
  };
}

/** Does something in which the deed is done at this step; gives whether it came to that. */
async function doAtStep(root: PrivateRoot, step: number, work: () => Promise<unknown>): Promise<boolean> {
  await root.sh(`echo ${step} >/fake/turn`);
  await work().catch(() => {});
  return (await root.sh('PATH=/usr/bin; if [ -e /fake/turn ]; then rm /fake/turn; else echo done; fi')) === 'done';
}

t.test('killed at any step, restored in the end', { skip }, async (t) => {
  const root = await openPrivateRoot(t);
  await makeRichHost(root);
  await root.sh(`mkdir -p /opt/data/deep && echo old >/opt/data/deep/file; echo ${UNIT} >/fake/active`);
  // Killed when it all but ended, the directory of the backup itself cannot have its time back.
  const before = exceptVarLib(await root.manifest(...EVERYTHING));
  const host = await prepareSteps(root, 'kill -9 -$(cat /fake/group)');
  const drill = drillOn(root, 'run-1', RICH_FILES, ['/opt/data']);
  const killable = drillOn(
    { ...root, run: (command, input) => host.exec(command, { reason: '', input }) },
    'run-1',
    RICH_FILES,
    ['/opt/data'],
  );
  const archive = await archiveOf(t, [...RICH_FILES, '/opt/data/deep/file']);
  const phases = [
    { name: 'back-up', stride: 13, work: () => killable.backUp() },
    { name: 'install', stride: 13, work: () => killable.install(archive) },
    { name: 'restore', stride: 37, work: () => killable.restore() },
  ];
  for (const { name, stride, work } of phases) {
    let kills = 0;
    for (let step = 0; kills * stride === step; step += stride) {
      if (name !== 'back-up') await drill.backUp();
      if (name !== 'back-up') await root.sh('useradd --create-home --comment "oomdrill run-1" alice');
      if (name === 'restore') await drill.install(archive);
      if (await doAtStep(root, step, work)) kills++;
      t.same(await drill.restore(), [], `${name}, step ${step}`);
      const now = exceptVarLib(await root.manifest(...EVERYTHING));
      if (now.join('\n') !== before.join('\n'))
        t.same(now, before, `as it was, after a kill of ${name} at step ${step}`);
      t.equal(await root.sh('sort -u /fake/active'), UNIT);
    }
    t.ok(kills > 3, `${name} was killed ${kills} times`);
  }
});

t.test('a backup that is damaged or half made', { skip }, async (t) => {
  const root = await openPrivateRoot(t);
  await makeRichHost(root);
  await root.sh(`echo ${UNIT} >/fake/active`);
  const before = await root.manifest(...EVERYTHING);
  const drill = drillOn(root);
  await drill.backUp();
  t.match(await root.sh('cat /fake/orders'), `stop ${UNIT}`);
  await drill.install(await archiveOf(t, RICH_FILES));
  const drilled = await root.manifest('/etc', '/home');
  await root.sh(
    'cd /var/lib/oomdrill-backup/dirs; for file in $(find . -name there.tar); do cp "$file" /root/whole; truncate -s 4096 "$file"; echo "$file" >/root/name; break; done',
  );
  await t.rejects(drill.restore(), { code: 'HOST_NOT_RESTORED', message: /is damaged, so nothing was restored/ });
  t.same(await root.manifest('/etc', '/home'), drilled);
  await root.sh(
    'cp /root/whole "/var/lib/oomdrill-backup/dirs/$(cat /root/name)"; rm /root/whole /root/name; touch -r /usr /root; rm -f /fake/orders',
  );
  t.same(await drill.restore(), []);
  t.match(await root.sh('cat /fake/orders'), `start ${UNIT}`);
  const strip = (lines: readonly string[]) => lines.filter((line) => !line.startsWith("'/root'"));
  t.same(strip(await root.manifest(...EVERYTHING)), strip(before));

  // Cut off between the stop of the service and the end: nothing was installed, but the service must run again.
  await drill.backUp();
  await root.sh('rm /var/lib/oomdrill-backup/SUMS /fake/orders');
  await t.rejects(drill.install(await archiveOf(t, RICH_FILES)), /the backup of this run is gone/);
  t.same(await drill.restore(), []);
  t.equal(await root.sh('cat /fake/orders'), `start ${UNIT}`);
  t.same(strip(await root.manifest(...EVERYTHING)), strip(before));
});

t.test('a link that a user puts in the way at any step leads nowhere', { skip }, async (t) => {
  const root = await openPrivateRoot(t);
  await makeRichHost(root);
  await root.sh('mkdir -p /root/victim; for n in 1 2 3; do echo safe >/root/victim/$n; done');
  const files = ['1', '2', '3', 'new'].map((name) => `/home/mallory/app/${name}`);
  const archive = await archiveOf(t, files);
  await prepareSteps(root, 'cd /home/mallory && mv -T app real && ln -s /root/victim app');
  const watch = async () => exceptVarLib(await root.manifest('/root', '/etc', '/var/lib'));
  const drill = drillOn(root, 'run-1', files);
  const phases = [
    { name: 'back-up', stride: 11, work: () => drill.backUp() },
    { name: 'install', stride: 5, work: () => drill.install(archive) },
    { name: 'restore', stride: 13, work: () => drill.restore() },
  ];
  for (const { name, stride, work } of phases) {
    let swaps = 0;
    for (let step = 0; swaps * stride === step; step += stride) {
      await root.sh(
        'cd /home/mallory; rm -rf app real; mkdir app; for n in 1 2 3; do echo own >app/$n; done; chown -R 4242:4242 app',
      );
      const before = await watch();
      if (name !== 'back-up') await drill.backUp();
      if (name === 'restore') await drill.install(archive);
      if (await doAtStep(root, step, work)) swaps++;
      await drill.restore();
      await root.sh('rm -rf /var/lib/oomdrill-kept');
      const after = await watch();
      t.equal(after.join('\n'), before.join('\n'), `${name}, step ${step}`);
    }
    t.ok(swaps > 3, `${name}: ${swaps} links`);
  }
});
