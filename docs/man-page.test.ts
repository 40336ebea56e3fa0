import { join } from 'node:path';
import { execa } from 'execa';
import t from 'tap';
import { assets } from '../harness/core/assets.js';

const page = join(assets.root, 'man', 'oomdrill.1');

/** What mandoc says of every page of Asciidoctor's: its macros for links are groff's, and its paragraphs have space to spare. */
const OF_ASCIIDOCTOR = [
  /ERROR: skipping insecure request: mso$/,
  /ERROR: skipping unknown macro: {2}LINKSTYLE /,
  /WARNING: skipping paragraph macro: (?:sp after S[HS]|br before sp)$/,
];

t.test('groff has nothing to say about the man page', async (t) => {
  const { exitCode, stderr, stdout } = await execa('man', ['--warnings', '-E', 'UTF-8', '-l', '-Tutf8', '-Z', page]);
  t.equal(exitCode, 0);
  t.equal(stderr, '');
  t.not(stdout.length, 0);
});

t.test('mandoc has nothing to say about it either', async (t) => {
  const { stdout } = await execa('mandoc', ['-T', 'lint', '-W', 'warning', page], { reject: false });
  const lines = stdout.split('\n').filter((line) => line !== '');
  t.same(
    lines.filter((line) => !OF_ASCIIDOCTOR.some((known) => known.test(line))),
    [],
  );
  t.not(lines.length, 0, 'it was read');
});

t.test('both do say no', async (t) => {
  const bad = join(t.testdir({ 'bad.1': '.TH BAD 1 2026-07-02\n.SH NAME\nbad \\- bad\n.nonsense\n' }), 'bad.1');
  const { stderr } = await execa('man', ['--warnings', '-E', 'UTF-8', '-l', '-Tutf8', '-Z', bad], { reject: false });
  t.match(stderr, /nonsense/);
  const { stdout } = await execa('mandoc', ['-T', 'lint', '-W', 'warning', bad], { reject: false });
  t.match(stdout, /unknown macro: .nonsense/);
});

t.test('a reader sees its sections', async (t) => {
  const { stdout } = await execa('man', ['-l', page], { env: { MANWIDTH: '80', MANPAGER: 'cat', LC_ALL: 'C.UTF-8' } });
  const sections = stdout.split('\n').filter((line) => /^[A-Z][A-Z ]+$/.test(line));
  t.same(sections, [
    'NAME',
    'SYNOPSIS',
    'DESCRIPTION',
    'OPTIONS',
    'COMMANDS',
    'EXIT STATUS',
    'ENVIRONMENT',
    'FILES',
    'EXAMPLES',
    'SEE ALSO',
  ]);
});
