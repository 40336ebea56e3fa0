import fc from 'fast-check';
import t from 'tap';
import { jsonText } from './json-text.js';
import { printable } from './printable.js';

const VALUE = { 'a\u2028': ['\u001b[31m', '\u009b', 'é\u202e', '##vso[x]', '\u{e0041}', '😀'], b: null };

t.test('what acts is escaped, and the value is the same', async (t) => {
  const text = jsonText(VALUE);
  t.equal(printable(text), text);
  t.match(text, '"\\u0023#vso[x]"');
  t.match(text, '😀');
  t.same(JSON.parse(text), VALUE);
  t.equal(jsonText({ a: [1, 'x'] }, 2), JSON.stringify({ a: [1, 'x'] }, null, 2));
});

t.test('lone surrogates are replaced, and what only looks like one is not', async (t) => {
  t.equal(jsonText({ '\ud800': 'a\udc00\ud83d\ude00\\ud800' }), '{"\ufffd":"a\ufffd😀\\\\ud800"}');
  t.equal(jsonText('\\\ud800'), '"\\\\\ufffd"');
});

t.test('whatever is given', async () => {
  fc.assert(
    fc.property(
      fc.string({
        unit: fc.oneof(
          fc.constantFrom('\\', '\ud800', '\udc00', 'ud800', '##[', '\u2028'),
          fc.string({ unit: 'binary', maxLength: 1 }),
        ),
      }),
      (value) => {
        const text = jsonText(value);
        return printable(text) === text && JSON.parse(text) === value.replace(/\p{Cs}/gu, '\ufffd');
      },
    ),
  );
});
