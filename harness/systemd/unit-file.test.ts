import fc from 'fast-check';
import t from 'tap';
import { OomdrillError } from '../core/errors.js';
import { mapAssignments, parseUnitFile, renderUnitFile } from './unit-file.js';

const value = (text: string) => {
  const item = parseUnitFile(text, 'x.service').sections[0]?.items.find(({ kind }) => kind === 'assignment');
  return item?.kind === 'assignment' ? item.value : undefined;
};

t.test('comments, blank lines and repeated sections come back byte for byte', async (t) => {
  const text = '; head\n\n[Service]\n Memory = 1 \n# c\nA=1\nA=\n[Unit]\n[Service]\nA=2 \\\n# inside\n 3\n';
  t.equal(renderUnitFile(parseUnitFile(text, 'x')), text);
  t.equal(renderUnitFile(parseUnitFile('', 'x')), '');
});

t.test('continuation lines are joined, and comments inside are ignored', async (t) => {
  t.equal(
    value('[S]\nA=value 3\\\n# this line is ignored\n; this too\n       continued\n'),
    'value 3        continued',
  );
  t.equal(value('[S]\nA=open \\\n'), 'open');
  t.equal(value('[S]\nA=path\\\\\nB=2\n'), 'path\\\\', 'an escaped backslash continues nothing');
  t.equal(value('[S]\r\nA=1 \\\r\n 2\r\n'), '1   2', 'line breaks of another system');
});

t.test('changing one value keeps the rest of the file', async (t) => {
  const file = parseUnitFile('[S]\n# c\nA=1\nB=2\n', 'x');
  const changed = mapAssignments(file, ({ key }, section) => (key === 'B' && section === 'S' ? '3' : undefined));
  t.equal(renderUnitFile(changed), '[S]\n# c\nA=1\nB=3\n');
  const spread = mapAssignments(parseUnitFile('[S]\r\nA=1\\\r\n# why\r\n2\r\nB=1', 'x'), () => '3');
  t.equal(renderUnitFile(spread), '[S]\r\n# why\r\nA=3\r\nB=3', 'comments inside, and breaks, stay');
});

t.test('errors name file and line', async (t) => {
  const cases: Record<string, RegExp> = {
    'A=1\n': /^x:1: /,
    '[S]\nno equals\n': /^x:2: /,
    '[S]\n=1\n': /^x:2: /,
    '[S]\n =1\n': /^x:2: /,
    '[S\n': /^x:1: /,
    '[]\n': /^x:1: /,
    '[S]\nA=\0\n': /^x must be a unit file/,
    [`[S]\nA=${'x'.repeat(1024 * 1024)}\n`]: /^x:2: the line is longer/,
  };
  for (const [text, message] of Object.entries(cases)) {
    t.throws(() => parseUnitFile(text, 'x'), { code: 'UNIT_SYNTAX', message }, JSON.stringify(text.slice(0, 20)));
  }
});

t.test('any text is rendered as it was read, or rejected with an OomdrillError', async () => {
  const line = fc.oneof(
    fc.constantFrom('[S]', 'A=1', '# c', '', 'B=x \\', ' ; d', 'A=', '[', '\\'),
    fc.string({ unit: 'binary' }),
  );
  fc.assert(
    fc.property(fc.array(line), (lines) => {
      const text = lines.join('\n');
      try {
        return renderUnitFile(parseUnitFile(text, 'x')) === text;
      } catch (thrown) {
        return thrown instanceof OomdrillError;
      }
    }),
  );
});
