import t from 'tap';
import { Unit } from './unit.js';
import { parseUnitFile } from './unit-file.js';

const unit = new Unit('x.service', [
  parseUnitFile('[Service]\nEnvironment=A=1\nMemoryMax=1G\n[Unit]\nMemoryMax=9G\n', 'x.service'),
  parseUnitFile('[Service]\nEnvironment=B=2\nMemoryMax=2G\nMemoryHigh=1G\n', 'x.service.d/a.conf'),
  parseUnitFile('[Service]\nEnvironment=\nEnvironment=C=3\nMemoryHigh=\n', 'x.service.d/b.conf'),
]);

t.test('lists accumulate and an empty assignment resets them', async (t) => {
  t.same(unit.values('Service', 'Environment'), ['C=3']);
  t.same(unit.values('Service', 'MemoryMax'), ['1G', '2G']);
});

t.test('the last value wins, with its file and line', async (t) => {
  t.match(unit.value('Service', 'MemoryMax'), { value: '2G', path: 'x.service.d/a.conf', line: 3 });
  t.equal(unit.value('Service', 'MemoryHigh'), undefined, 'reset');
  t.equal(unit.value('Service', 'Nothing'), undefined);
});

t.test('sections are found in any file', async (t) => {
  t.ok(unit.hasSection('Unit'));
  t.notOk(unit.hasSection('Install'));
});
