import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import t, { type Test } from 'tap';

const module = fileURLToPath(new URL('standard-streams.ts', import.meta.url));
const loader = fileURLToPath(new URL('../../scripts/typescript-loader.mjs', import.meta.url));

/** The end of the command line: what was lost makes the status 2, and nothing else does. */
const END = `
  await streams.flushStandardStreams();
  const lost = streams.findLostOutput();
  if (lost) streams.printError(lost.message);
  process.exitCode = lost ? 2 : 0;`;

/** Runs a program that has the streams as `streams`, by a line of shell that has it as `$program`. */
async function run(t: Test, source: string, line = '$program') {
  const file = join(t.testdir(), 'program.mjs');
  await writeFile(file, `import * as streams from ${JSON.stringify(module)};\n${source}`);
  const program = `"${process.execPath}" --import="${loader}" "${file}"`;
  const shell = line.replaceAll('$program', program);
  // A program that hangs is a failure, and not a test that never ends.
  const { stdout, stderr, exitCode } = await execa('bash', ['-c', shell], { reject: false, timeout: 50_000 });
  return { stdout, stderr, exitCode };
}

const PRINTS_MUCH = `streams.claimStandardOutput();\nfor (let i = 0; i < 100; i++) streams.print('x'.repeat(99_999) + '\\n');${END}`;

t.test('a reader that ends early changes nothing', async (t) => {
  const { stdout, stderr } = await run(t, PRINTS_MUCH, '$program | head -c 10; echo "status $PIPESTATUS"');
  t.same({ stdout, stderr }, { stdout: 'xxxxxxxxxxstatus 0', stderr: '' });
});

t.test('but where the whole was needed it is an error', async (t) => {
  const whole = PRINTS_MUCH.replace('streams.print(', 'streams.printWhole(');
  const { stdout, stderr } = await run(t, whole, '$program | head -c 10; echo "status $PIPESTATUS"');
  t.equal(stdout, 'xxxxxxxxxxstatus 2');
  t.equal(stderr, 'Standard output could not be written: its reader ended before it had read all.');
});

t.test('a full disk is an error', async (t) => {
  const { stderr, exitCode } = await run(t, PRINTS_MUCH, '$program > /dev/full');
  t.match(stderr, /^Standard output could not be written: ENOSPC/);
  t.equal(exitCode, 2);
});

t.test('also a disk that takes a part', async (t) => {
  const limited = 'trap "" XFSZ; ulimit -f 1; $program > "$FILE"';
  const file = join(t.testdir(), 'out');
  const { stderr, exitCode } = await run(t, PRINTS_MUCH, limited.replace('$FILE', file));
  t.match(stderr, /^Standard output could not be written: EFBIG/);
  t.equal(exitCode, 2);
});

t.test('standard error that is closed, full or without a reader changes nothing', async (t) => {
  const source = `streams.claimStandardOutput();\nstreams.printError('x'.repeat(99_999));streams.print('done');streams.printError('y');${END}`;
  for (const line of ['$program 2>&-', '$program 2>/dev/full', '$program 2> >(head -c 1 >/dev/null)'])
    t.same(await run(t, source, line), { stdout: 'done', stderr: '', exitCode: 0 }, line);
});

t.test('an exit waits for a slow reader', async (t) => {
  const source = `streams.print('x'.repeat(1_000_000)); streams.exitFlushed(3);`;
  const { stdout } = await run(t, source, '$program | (sleep 0.3; wc -c); echo "status $PIPESTATUS"');
  t.equal(stdout, '1000000\nstatus 3');
});

t.test('what others print is kept out of standard output once it is claimed', async (t) => {
  const source = `streams.claimStandardOutput();
    console.log('of a library');
    process.stdout.write('of a user\\n');
    streams.print('ours');${END}`;
  t.same(await run(t, source), { stdout: 'ours', stderr: 'of a library\nof a user', exitCode: 0 });
});

t.test('both streams in one file keep their order', async (t) => {
  const file = join(t.testdir(), 'out');
  await run(
    t,
    `streams.claimStandardOutput();for (const n of [1, 3]) { streams.print(n + '\\n'); streams.printError(n + 1 + '\\n'); }`,
    `$program > ${file} 2>&1`,
  );
  t.equal(await readFile(file, 'utf8'), '1\n2\n3\n4\n');
});

t.test('no other file writes to the streams itself', async (t) => {
  const harness = fileURLToPath(new URL('..', import.meta.url));
  // Builders of tests, and what runs in a guest.
  const exempt = /\.test\.ts$|^testing\/|\/stand-in\/|^workload\/pod\/client\/|^core\/standard-streams\.ts$/;
  const files = (await readdir(harness, { recursive: true })).filter(
    (name) => /\.ts$/.test(name) && !exempt.test(name),
  );
  const found: string[] = [];
  for (const name of files) {
    const text = await readFile(join(harness, name), 'utf8');
    if (/process\.(?:stdout|stderr)\.write|console\.\w+\(/.test(text)) found.push(name);
  }
  t.same(found, [], 'print and say do');
});
