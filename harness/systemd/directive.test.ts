import t from 'tap';
import { removeDirective, setDirective } from './directive.js';
import { parseUnitFile, renderUnitFile } from './unit-file.js';

const TEXT = '# head\n[Service]\nMemoryMax=1G\n# why\nMemoryMax=2G\n\n# about install\n[Install]\nWantedBy=x.target\n';
const file = () => parseUnitFile(TEXT, 'x.service');

t.test('the last assignment is rewritten in place', async (t) => {
  t.equal(renderUnitFile(setDirective(file(), 'Service', 'MemoryMax', '3G')), TEXT.replace('2G', '3G'));
});

t.test('a new directive follows the last assignment, with the right line number', async (t) => {
  const changed = setDirective(file(), 'Service', 'OOMPolicy', 'continue');
  t.equal(renderUnitFile(changed), TEXT.replace('2G\n', '2G\nOOMPolicy=continue\n'));
  t.match(changed.sections[0]?.items[3], { key: 'OOMPolicy', line: 6 });
});

t.test('a new section comes at the end', async (t) => {
  t.equal(renderUnitFile(setDirective(file(), 'Unit', 'Description', 'd')), `${TEXT}\n[Unit]\nDescription=d\n`);
  t.equal(renderUnitFile(setDirective(parseUnitFile('', 'x'), 'Unit', 'A', 'b')), '[Unit]\nA=b\n');
  const cut = parseUnitFile('[Service]\nA=1', 'x');
  t.equal(renderUnitFile(setDirective(cut, 'Service', 'B', '2')), '[Service]\nA=1\nB=2', 'no break at the end');
  t.equal(renderUnitFile(setDirective(cut, 'Unit', 'B', '2')), '[Service]\nA=1\n\n[Unit]\nB=2\n');
});

t.test('a directive is removed everywhere in its section, comments stay', async (t) => {
  const text = renderUnitFile(removeDirective(file(), 'Service', 'MemoryMax'));
  t.equal(text, TEXT.replace('MemoryMax=1G\n', '').replace('MemoryMax=2G\n', ''));
  t.equal(renderUnitFile(removeDirective(file(), 'Install', 'MemoryMax')), TEXT);
});

t.test('a value that could not be read back is rejected', async (t) => {
  for (const value of ['a\nb', ' a', 'a\\', 'a\0']) {
    t.throws(() => setDirective(file(), 'Service', 'X', value), { code: 'UNIT_VALUE' }, JSON.stringify(value));
  }
});
