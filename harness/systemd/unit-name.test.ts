import t from 'tap';
import { defaultSlice, escapeUnitName, listDropInDirs, parseUnitName, slicePath, type UnitName } from './unit-name.js';

const name = (full: string): UnitName => {
  const parsed = parseUnitName(full);
  if (!parsed) throw new Error(`${full} is not a unit name`);
  return parsed;
};

t.test('a name is parsed', async (t) => {
  t.match(name('web-app@blue.service'), {
    prefix: 'web-app',
    instance: 'blue',
    type: 'service',
    file: 'web-app@.service',
  });
  t.match(name('a@b@c.service'), { prefix: 'a', instance: 'b@c', file: 'a@.service' });
  t.match(name('docker.slice'), { prefix: 'docker', instance: undefined, file: 'docker.slice' });
  for (const bad of ['', 'x', '@a.service', 'a b.service', 'x.nothing']) t.equal(parseUnitName(bad), undefined, bad);
});

t.test('names are escaped as systemd-escape does it', async (t) => {
  t.equal(escapeUnitName('web-app'), 'web\\x2dapp');
  t.equal(escapeUnitName('.a/b c\\ü'), '\\x2ea-b\\x20c\\x5c\\xc3\\xbc');
});

t.test('each dash of a slice is a level', async (t) => {
  t.equal(defaultSlice(name('web-app@blue.service')), 'system-web\\x2dapp.slice');
  t.equal(defaultSlice(name('ssh.service')), 'system.slice');
  t.equal(defaultSlice(name('docker.slice')), '-.slice');
  t.equal(slicePath('system-web\\x2dapp.slice'), '/system.slice/system-web\\x2dapp.slice');
  t.equal(slicePath('-.slice'), '');
});

t.test('drop-in directories, the most general first', async (t) => {
  t.same(listDropInDirs(name('web-app@blue.service')), [
    'service.d',
    'web-@.service.d',
    'web-@blue.service.d',
    'web-.service.d',
    'web-app@.service.d',
    'web-app@blue.service.d',
  ]);
  t.same(listDropInDirs(name('a-b-c.service')), ['service.d', 'a-.service.d', 'a-b-.service.d', 'a-b-c.service.d']);
  t.same(listDropInDirs(name('-.slice')), ['slice.d', '-.slice.d']);
  t.same(listDropInDirs(name('user-1000.slice')), ['slice.d', 'user-.slice.d', 'user-1000.slice.d']);
});
