import { join } from 'node:path';
import t from 'tap';
import { runCommandLine } from '../testing/command-line.js';
import { compose, recordText } from '../testing/record.js';

const good = recordText(compose());

t.test('a record that cannot be read is named with the code and the hint of its error', async (t) => {
  const dir = t.testdir({ good, bad: 'nonsense\n' });
  const names = ['good', 'none', 'bad'].map((name) => join(dir, name));
  for (const args of [
    ['judge', ...names],
    ['report', ...names, '-o', dir],
  ]) {
    const { exitCode, stdout } = await runCommandLine(args);
    t.equal(exitCode, 2);
    t.match(
      stdout,
      /^not read: There is no record at .*none\. \[RECORD_MISSING\]\nnot read: .*bad .*\[RECORD_INVALID\]\nhint: .*record\.jsonl/,
    );
  }
});

t.test('if none can be read, the error names them all', async (t) => {
  const dir = t.testdir({ bad: 'nonsense\n' });
  const { exitCode, stderr } = await runCommandLine(['judge', join(dir, 'none'), join(dir, 'bad')]);
  t.equal(exitCode, 64);
  t.match(stderr, /^oomdrill: There is no record at .*none\. .*bad is not a record: .*\[RECORD_MISSING\]\nhint: /);
});
