import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { formattedText, joinTexts, paint, textOf } from './printable-text.js';

const dim = (text: string) => `\u001b[2m${text}\u001b[22m`;

t.test('lines are escaped as a whole, and only they are lines', async (t) => {
  t.equal(textOf([]), '');
  t.equal(textOf(['a\nb', '\u001b[31mc']), 'a\\nb\n\\x1b[31mc\n');
  t.equal(textOf([['a', paint(dim, 'b\u001b[0m'), 'c']]), 'a\u001b[2mb\\x1b[0m\u001b[22mc\n');
  t.equal(joinTexts([textOf(['a']), formattedText('b\n')]), 'a\nb\n');
});

t.test('parts that are harmless make no command together', async (t) => {
  t.equal(textOf([['::error title=x', paint(String, 'y'), '::owned']]), '\\x3a:error title=xy::owned\n');
  t.equal(textOf(['  ::error::x']), '  \\x3a:error::x\n');
});

/** What may be printed without being made of lines: formats with rules of their own, our own script and help, and apt-get. */
const EXCEPTIONS: Readonly<Record<string, readonly string[]>> = {
  'formattedText(': [
    'cli.ts',
    'command/capture.ts',
    'command/completion.ts',
    'command/conclude.ts',
    'command/list.ts',
    'command/print-results.ts',
    'command/results.ts',
    'core/printable-text.ts',
    'machine/apt.ts',
    'report/lint-reporters.ts',
  ],
  'as PrintableText': ['core/printable-text.ts'],
  'new Painted(': ['core/printable-text.ts', 'report/table.ts'],
  // A program of its own, which runs in a guest.
  'process.stdout.write(': ['workload/pod/client/main.ts', 'workload/t3/stand-in/main.ts'],
  'process.stderr.write(': ['workload/pod/client/main.ts', 'workload/t3/stand-in/main.ts'],
};

t.test('nothing else is printed', async (t) => {
  const root = fileURLToPath(new URL('..', import.meta.url));
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts') && !path.startsWith('testing/'))
    .sort();
  for (const [words, allowed] of Object.entries(EXCEPTIONS)) {
    const found = files.filter((path) => readFileSync(join(root, path), 'utf8').includes(words));
    t.same(
      found.filter((path) => !allowed.includes(path)),
      [],
      `${words}: a text for people is made by textOf`,
    );
  }
});
