import fc from 'fast-check';
import t from 'tap';
import { expandSpecifiers, unescapeUnitName } from './specifiers.js';
import { escapeUnitName } from './unit-name.js';

t.test('specifiers in an instance', async (t) => {
  const unit = 'web-app@a\\x2db.service';
  const table = {
    n: unit,
    N: 'web-app@a\\x2db',
    p: 'web-app',
    P: 'web/app',
    i: 'a\\x2db',
    I: 'a-b',
    j: 'app',
    J: 'app',
    f: '/a-b',
  };
  for (const [letter, meaning] of Object.entries(table))
    t.equal(expandSpecifiers(`%${letter}`, unit), meaning, `%${letter}`);
  t.equal(expandSpecifiers('/home/%i/100%%', 'web-app@blue.service'), '/home/blue/100%');
  t.equal(expandSpecifiers('%C %E %L %S %T %V %t', unit), '/var/cache /etc /var/log /var/lib /tmp /var/tmp /run');
});

t.test('specifiers in a unit without a template', async (t) => {
  t.equal(expandSpecifiers('%i|%I|%j|%f', 'plain.service'), '||plain|/plain');
});

t.test('a specifier that could not be resolved is an error', async (t) => {
  for (const text of ['%H', 'x%', '%constructor', '%\n']) {
    t.throws(() => expandSpecifiers(text, 'a.service'), { code: 'SPECIFIER_UNKNOWN' }, JSON.stringify(text));
  }
  t.throws(() => expandSpecifiers('%i', 'nothing'), { code: 'UNIT_NAME_INVALID' });
  for (const text of ['\\x2', 'a\\b', '\\xff'])
    t.throws(() => unescapeUnitName(text), { code: 'UNIT_NAME_INVALID' }, text);
});

t.test('unescaping undoes escaping, for any text', async () => {
  fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (text) => unescapeUnitName(escapeUnitName(text)) === text));
});
