import fc from 'fast-check';
import t from 'tap';
import { printable } from './printable.js';

t.test('what acts on a terminal or a log becomes visible', async (t) => {
  const shown: readonly (readonly [string, string, string])[] = [
    ['a colour', '\u001b[31mred', '\\x1b[31mred'],
    ['the title of a window', '\u001b]0;owned\u0007', '\\x1b]0;owned\\x07'],
    ['a C1 control', 'a\u009b31mb', 'a\\x9b31mb'],
    ['NUL and DEL', '\0\u007f', '\\x00\\x7f'],
    ['line breaks', 'a\nb\r\nc', 'a\\nb\\r\\nc'],
    ['a tab', 'a\tb', 'a\\tb'],
    ['line breaks of Unicode', 'a\u0085b\u2028c\u2029d', 'a\\x85b\\u2028c\\u2029d'],
    ['the direction of writing', '\u202etxt.exe\u2066\u200f\u061c', '\\u202etxt.exe\\u2066\\u200f\\u061c'],
    ['no width', 'a\u200bb\ufeffc\u00add\u3164e', 'a\\u200bb\\ufeffc\\xadd\\u3164e'],
    ['tags', 'a\u{e0041}', 'a\\u{e0041}'],
    ['lone surrogates', 'a\ud800b\udc00', 'a\\ud800b\\udc00'],
    ['noncharacters', 'a\uffffb\u{1fffe}', 'a\\uffffb\\u{1fffe}'],
  ];
  for (const [what, text, expected] of shown) t.equal(printable(text), expected, what);
});

t.test('no command reaches a CI', async (t) => {
  t.equal(printable('::error title=x::owned'), '\\x3a:error title=x::owned');
  t.equal(printable(' \u00a0::stop-commands::x'), ' \u00a0\\x3a:stop-commands::x');
  t.equal(
    printable('a ##[error]x ##vso[task.complete] ###TeamCity[x]'),
    'a \\x23#[error]x \\x23#vso[task.complete] #\\x23#TeamCity[x]',
  );
  for (const text of ['::1', 'std::string', 'a ::error::', '## heading', '#[x]']) t.equal(printable(text), text);
});

t.test('ordinary text stays', async (t) => {
  for (const text of ['', 'é ü 漢字 עברית العربية', '😀 ⚠️ 🇩🇪', 'C:\\new\\table', 'a \'b\' "c" `d` $e', 'a\u00a0b'])
    t.equal(printable(text), text);
});

t.test('whatever is given: one line, whole, and the same if it is done again', async () => {
  const unit = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('\n', '\u001b', '::', '##', '[', '\ud800', '\u202e'),
  );
  fc.assert(
    fc.property(
      fc.array(unit).map((parts) => parts.join('')),
      (text) => {
        const once = printable(text);
        return !/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]|##\[|^\s*::.*::/u.test(once) && printable(once) === once;
      },
    ),
  );
});
