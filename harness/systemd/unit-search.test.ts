import t from 'tap';
import { readDefaultOomPolicy } from './manager-conf.js';
import { UnitSearch } from './unit-search.js';

const search = (
  paths: readonly string[],
  links: Readonly<Record<string, string>> = {},
  manager: 'system' | 'user' = 'system',
) =>
  new UnitSearch(
    paths.map((path) => ({ path, text: path })),
    Object.entries(links).map(([path, target]) => ({ path, target })),
    manager,
  );
const found = (units: ReturnType<typeof search>, name: string) => {
  const { main, dropIns } = units.find(name);
  return [main?.path, ...dropIns.map(({ path }) => path)];
};

t.test('the load path decides, then the more specific directory, and drop-ins apply by file name', async (t) => {
  const units = search([
    'usr/lib/systemd/system/a-b@.service',
    'etc/systemd/system/a-b@.service',
    'etc/systemd/system/service.d/10.conf',
    'etc/systemd/system/a-.service.d/20.conf',
    'usr/lib/systemd/system/a-b@c.service.d/20.conf',
    'run/systemd/system/a-b@.service.d/05.conf',
    'etc/systemd/system.control/a-b@c.service.d/50-MemoryMax.conf',
    'usr/lib/systemd/system/a-b@c.service.d/10.conf',
    'etc/systemd/system/a-b@c.service.d/README',
  ]);
  t.same(found(units, 'a-b@c.service'), [
    'etc/systemd/system/a-b@.service',
    'run/systemd/system/a-b@.service.d/05.conf',
    'usr/lib/systemd/system/a-b@c.service.d/10.conf',
    'etc/systemd/system/a-.service.d/20.conf',
    'etc/systemd/system.control/a-b@c.service.d/50-MemoryMax.conf',
  ]);
});

t.test('drop-ins of slices by prefix, and of the root slice', async (t) => {
  const dir = 'etc/systemd/system';
  const units = search([`${dir}/user-.slice.d/x.conf`, `${dir}/system-.slice.d/y.conf`, `${dir}/-.slice.d/z.conf`]);
  t.same(found(units, 'user-1000.slice'), [undefined, `${dir}/user-.slice.d/x.conf`]);
  t.same(found(units, 'user-.slice'), [undefined, `${dir}/user-.slice.d/x.conf`]);
  t.same(found(units, 'system-web\\x2dapp.slice'), [undefined, `${dir}/system-.slice.d/y.conf`]);
  t.same(found(units, '-.slice'), [undefined, `${dir}/-.slice.d/z.conf`]);
  t.same(found(units, 'nothing.slice'), [undefined]);
  t.same(found(units, 'no unit'), [undefined]);
  t.same(units.listNames(), ['-.slice', 'system-.slice', 'user-.slice']);
});

t.test('drop-ins of aliases apply, and a mask hides a unit', async (t) => {
  const dir = 'etc/systemd/system';
  const units = search(
    [
      `usr/lib/systemd/system/a@.service`,
      `${dir}/b@x.service.d/x.conf`,
      `${dir}/a@.service.d/y.conf`,
      `${dir}/m.service.d/z.conf`,
    ],
    {
      [`${dir}/b@.service`]: '/usr/lib/systemd/system/a@.service',
      [`${dir}/m.service`]: '/dev/null',
      [`${dir}/a@.service.d/y2.conf`]: '/dev/null',
      [`${dir}/multi-user.target.wants/a@w.service`]: '../a@.service',
      [`${dir}/c.service`]: 'd.service',
      [`${dir}/d.service`]: '../system/c.service',
      [`${dir}/e.service`]: '/opt/e.service',
    },
  );
  const both = ['usr/lib/systemd/system/a@.service', `${dir}/b@x.service.d/x.conf`, `${dir}/a@.service.d/y.conf`];
  t.same(found(units, 'a@x.service'), both);
  t.same(found(units, 'b@x.service'), both);
  t.equal(units.find('b@x.service').name, 'a@x.service');
  t.ok(units.find('m.service').masked);
  t.same(found(units, 'c.service'), [undefined]);
  t.ok(units.isCircle({ path: `${dir}/c.service`, target: 'd.service' }));
  t.notOk(units.isCircle({ path: `${dir}/e.service`, target: '/opt/e.service' }));
  t.ok(units.listNames().includes('a@w.service'));
});

t.test('a link with the old path /lib on a merged /usr', async (t) => {
  const dir = 'usr/lib/systemd/system';
  const units = search([`${dir}/ssh.service`], {
    'etc/systemd/system/sshd.service': '/lib/systemd/system/ssh.service',
    'etc/systemd/system/s.service': '/lib/systemd/system/ssh1.service',
    [`${dir}/ssh1.service`]: 'ssh.service',
  });
  for (const name of ['sshd.service', 's.service']) t.same(found(units, name), [`${dir}/ssh.service`], name);
});

t.test('user managers have a load path of their own', async (t) => {
  const units = search(['etc/systemd/user/tmux-spawn-.scope.d/x.conf', 'etc/systemd/system/a.slice'], {}, 'user');
  t.same(found(units, 'tmux-spawn-1.scope'), [undefined, 'etc/systemd/user/tmux-spawn-.scope.d/x.conf']);
  t.same(units.listNames(), ['tmux-spawn-.scope']);
});

t.test('the default policy of a manager', async (t) => {
  const conf = (path: string, policy: string) => ({ path, text: `[Manager]\nDefaultOOMPolicy=${policy}\n` });
  const files = [conf('etc/systemd/system.conf.d/9.conf', 'kill'), conf('etc/systemd/system.conf', 'continue')];
  t.equal(readDefaultOomPolicy(files, 'system'), 'kill');
  t.equal(readDefaultOomPolicy(files.slice(1), 'system'), 'continue');
  t.equal(readDefaultOomPolicy(files, 'user'), 'stop');
});
