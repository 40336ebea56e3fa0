import { execFileSync } from 'node:child_process';
import t from 'tap';
import { printable } from './printable.js';
import { copyableWord, shellWord } from './shell.js';

t.test('a word as a person would write it', async (t) => {
  t.equal(shellWord('root@10.0.0.1:/tmp/a,b+c=%d'), 'root@10.0.0.1:/tmp/a,b+c=%d');
  t.equal(shellWord("it's"), "'it'\\''s'");
  t.equal(shellWord(''), "''");
});

t.test('a word to copy is printable, and names what it names', async (t) => {
  const words = [
    '',
    'a b',
    "it's",
    '$(id)',
    'é',
    '\u001b[31m',
    "a'b\nc\\d",
    '\u202eé ##[error]',
    '::error::x',
    '\u{e0041}',
  ];
  const commands = words.map((word) => `printf '%s\\0' ${copyableWord(word)}`);
  for (const command of commands) t.equal(printable(command), command);
  const read = execFileSync('bash', ['-c', commands.join('\n')], { encoding: 'utf8' });
  t.same(read.split('\0').slice(0, -1), words);
});
