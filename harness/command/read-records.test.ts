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

t.test('a file that cannot be read or recognized hides no other from explain', async (t) => {
  const counted = 'low 0\nhigh 24990\nmax 0\noom 0\noom_kill 0\n';
  const dir = t.testdir({ 'memory.events': counted, odd: 'nonsense\n' });
  const names = ['none', 'memory.events', 'odd'].map((name) => join(dir, name));
  const { exitCode, stdout } = await runCommandLine(['explain', ...names]);
  t.equal(exitCode, 2);
  t.match(
    stdout,
    /^not read: There is no file at .*none\. \[EVIDENCE_MISSING\]\nnot read: Could not recognize .*odd .*\[EVIDENCE_UNKNOWN\]\nhint: .*\n(?:hint: .*\n)?livelocked, or degraded, or contained\n/,
  );
  const { stdout: json } = await runCommandLine(['explain', ...names, '--json', '-']);
  t.match(JSON.parse(json), {
    outcomes: ['livelocked', 'degraded', 'contained'],
    unread: [{ path: names[0] }, { path: names[2] }],
  });
  t.match(await runCommandLine(['explain', join(dir, 'odd')]), { exitCode: 64, stderr: /EVIDENCE_UNKNOWN/ });
});

t.test('if none can be read, the error names them all', async (t) => {
  const dir = t.testdir({ bad: 'nonsense\n' });
  const { exitCode, stderr } = await runCommandLine(['judge', join(dir, 'none'), join(dir, 'bad')]);
  t.equal(exitCode, 64);
  t.match(stderr, /^oomdrill: There is no record at .*none\. .*bad is not a record: .*\[RECORD_MISSING\]\nhint: /);
});
