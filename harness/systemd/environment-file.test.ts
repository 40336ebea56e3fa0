import fc from 'fast-check';
import t from 'tap';
import { parseEnvironmentFile, splitVariable } from './environment-file.js';

const value = (text: string) => parseEnvironmentFile(text).map(({ value }) => value)[0];

t.test('quotes and backslashes are read as systemd reads them', async (t) => {
  t.equal(value('A=\\value'), 'value', 'systemd/systemd#10659');
  t.equal(value('A="\\value \\" \\$ \\\\"'), '\\value " $ \\');
  t.equal(value("A='\\value'"), '\\value');
  t.equal(value('A="one"\'two\'three  '), 'onetwothree');
  t.equal(value('A=one\\\n two'), 'one two');
  t.equal(value('A="one\ntwo"'), 'one\ntwo');
  t.equal(value('  A = x  '), 'x');
  t.equal(value('A=open "'), 'open ');
});

t.test('each variable has its line; other lines are ignored', async (t) => {
  const text = '# c\n; d\nno assignment\n\nA="x\ny"\nB=2\n3=4\n';
  t.match(parseEnvironmentFile(text), [
    { name: 'A', line: 5, raw: 'A="x\ny"' },
    { name: 'B', value: '2', line: 7 },
  ]);
});

t.test('a variable is split into arguments', async (t) => {
  t.same(splitVariable("-m 5,3  --avoid '^(a|b) c$' \"\" x\\.y '\\.'"), [
    '-m',
    '5,3',
    '--avoid',
    '^(a|b) c$',
    '',
    'x.y',
    '.',
  ]);
  t.same(splitVariable(''), []);
  t.same(splitVariable(' a"b c"d '), ['ab cd']);
});

t.test('the parser ends on any text', async () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary' }),
      fc.array(fc.constantFrom('A=', '"', "'", '\\', '\n', 'x', ' ')),
      (text, parts) => {
        const words = [text, parts.join('')].flatMap((each) =>
          parseEnvironmentFile(each).flatMap(({ value }) => splitVariable(value)),
        );
        return words.every((word) => typeof word === 'string');
      },
    ),
  );
});
