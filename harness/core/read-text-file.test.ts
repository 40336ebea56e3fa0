import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  closeSync,
  ftruncateSync,
  mkdtempSync,
  openSync,
  rmdirSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { execa } from 'execa';
import t, { type Test } from 'tap';
import { MIB } from './bytes.js';
import { isMissingFile, readChunks } from './file-chunks.js';
import { type Line, readLines } from './read-lines.js';
import { readTextFile, readTextFileIfThere } from './read-text-file.js';

const dirWith = (t: Test, content: string | Buffer): string => {
  const file = join(t.testdir({}), 'file');
  writeFileSync(file, content);
  return file;
};

const linesIn = (file: string): Line[] => [...readLines(file, {})];

t.test('text as it is, without a byte order mark', async (t) => {
  t.equal(await readTextFile(dirWith(t, 'a\r\nb')), 'a\r\nb');
  t.equal(await readTextFile(dirWith(t, '')), '');
  t.equal(await readTextFile(dirWith(t, '\uFEFF{"ä": "€ \uFFFD"}')), '{"ä": "€ \uFFFD"}');
  t.match(await readTextFile('/proc/self/status'), /^Pid:/m, 'a file whose size is said to be 0');
});

t.test('nothing but a regular file is read, and no other kind makes it wait', async (t) => {
  const dir = t.testdir({ folder: {} });
  const at = (name: string) => join(dir, name);
  await execa('mkfifo', [at('pipe')]);
  // The path of a socket has at most 107 bytes.
  const short = mkdtempSync('/tmp/oomdrill-');
  const server = createServer().listen(join(short, 'socket'));
  await once(server, 'listening');
  t.teardown(() => server.close(() => rmdirSync(short)));
  symlinkSync('circle', at('circle'));
  symlinkSync('pipe', at('link'));
  const cases: [path: string, why: RegExp][] = [
    [at('folder'), /: it is a directory, not a file\.$/],
    [at('pipe'), /: it is a named pipe, not a file\.$/],
    [at('link'), /: it is a named pipe, not a file\.$/],
    [join(short, 'socket'), /: it is a socket, not a file\.$/],
    ['/dev/zero', /: it is a device, not a file\.$/],
    ['/dev/stdin', /: it is a (device|named pipe|socket), not a file\.$/],
    [at('circle'), /: too many symbolic links encountered \(ELOOP\)\.$/],
    [at('x'.repeat(300)), /: name too long \(ENAMETOOLONG\)\.$/],
    ['a\0b', /ERR_INVALID_ARG_VALUE/],
  ];
  for (const [path, message] of cases) {
    const read = readTextFile(path, { what: 'record', code: 'RECORD_UNREADABLE', hint: 'Name another.' });
    await t.rejects(read, { code: 'RECORD_UNREADABLE', kind: 'usage', hint: 'Name another.', message });
  }
});

t.test('no file at all', async (t) => {
  const dir = t.testdir({ file: '' });
  for (const path of [join(dir, 'none'), join(dir, 'file', 'below'), '']) {
    const options = { what: 'record', code: 'RECORD_UNREADABLE', missingCode: 'RECORD_MISSING' };
    await t.rejects(readTextFile(path, options), { code: 'RECORD_MISSING', message: /^There is no record at / });
  }
  t.equal(await readTextFileIfThere(join(dir, 'none')), undefined);
  t.equal(await readTextFileIfThere(join(dir, 'file', 'below')), undefined);
  await t.rejects(readTextFileIfThere(dir), { code: 'FILE_UNREADABLE' });
  t.notOk(isMissingFile(new Error('other')));
});

t.test('a file beyond the bound is refused, and so is one that grows past it', async (t) => {
  const file = dirWith(t, 'abc');
  t.equal(await readTextFile(file, { limitBytes: 3 }), 'abc');
  await t.rejects(readTextFile(file, { limitBytes: 2 }), { message: /: it is larger than 2B\.$/ });
  const large = openSync(file, 'w');
  ftruncateSync(large, 700 * MIB);
  closeSync(large);
  await t.rejects(readTextFile(file), { code: 'FILE_UNREADABLE', message: /: it is larger than 64M\.$/ });

  const growing = dirWith(t, 'abc');
  let reads = 0;
  const follow = () => {
    for (const _ of readChunks(growing, { limitBytes: 10 })) {
      appendFileSync(growing, 'more');
      reads++;
    }
  };
  t.throws(follow, { message: /larger than 10B/ });
  t.equal(reads, 2, 'it ends where the bound is passed');
});

t.test('what is not text in UTF-8', async (t) => {
  const cases: [Buffer, RegExp][] = [
    [Buffer.from('a\0b'), /: it holds a NUL byte, so it is not text\.$/],
    [Buffer.from('\uFEFFa', 'utf16le'), /: it is in UTF-16, and must be in UTF-8\.$/],
    [Buffer.from('caf\xe9', 'latin1'), /: it is not text in UTF-8\.$/],
  ];
  for (const [content, message] of cases)
    await t.rejects(readTextFile(dirWith(t, content)), { code: 'FILE_UNREADABLE', message });
  t.equal(await readTextFile(dirWith(t, Buffer.from('a\0\xe9', 'latin1')), { lenient: true }), 'a\0\uFFFD');
});

t.test('lines, with or without the last line break', async (t) => {
  t.same(linesIn(dirWith(t, '')), []);
  t.same(linesIn(dirWith(t, '\uFEFFone\n\ntwo')), [
    { text: 'one', number: 1, isEnded: true },
    { text: '', number: 2, isEnded: true },
    { text: 'two', number: 3, isEnded: false },
  ]);
  const long = 'ä'.repeat(400_000);
  t.same(
    linesIn(dirWith(t, `${long}\n${long}\nx`)).map(({ text }) => text),
    [long, long, 'x'],
    'over the ends of the pieces that are read',
  );
});

t.test('a line that is too long is cut, and one that is not in UTF-8 says so', async (t) => {
  const [long, odd, good] = linesIn(dirWith(t, Buffer.from(`${'x'.repeat(5 * MIB)}\n\xe9\ngood\n`, 'latin1')));
  t.equal(long?.text.length, 4 * MIB);
  t.equal(long?.fault, 'it is longer than 4M');
  t.match(odd, { text: '\uFFFD', fault: 'it is not text in UTF-8' });
  t.same(good, { text: 'good', number: 3, isEnded: true });
});

const READER = `import { readTextFile } from './harness/core/read-text-file.ts';
readTextFile(process.argv[1], { stdin: true, limitBytes: 1e6 }).then(
  (text) => console.log(text), ({ message }) => console.log(message));`;

t.test('standard input and descriptors of the shell, where a command reads them', async (t) => {
  const read = (script: string) => execa('timeout', ['60', 'bash', '-c', script, 'sh', process.execPath, READER]);
  const node = '"$1" --import=./scripts/typescript-loader.mjs --input-type=module -e "$2"';
  const cases: [script: string, stdout: string][] = [
    [`echo text | ${node} -`, 'text\n'],
    [`echo text | ${node} /dev/stdin`, 'text\n'],
    [`${node} - < <(sleep 0.2; echo late)`, 'late\n'],
    [`${node} <(echo text)`, 'text\n'],
    [`${node} - </dev/null`, ''],
    [`${node} - <&-`, ''],
    [`${node} - </`, 'Could not read standard input: it is a directory, not a file.'],
    [`${node} - </dev/zero`, 'Could not read standard input: it is larger than 977K.'],
    [`${node} /dev/fd/99`, 'Could not read /dev/fd/99: bad file descriptor (EBADF).'],
  ];
  for (const [script, wanted] of cases) t.equal((await read(script)).stdout, wanted, script.replace(node, 'read'));
});

t.test('a FIFO named as a file is not waited for, also where standard input is read', async (t) => {
  const fifo = join(t.testdir({}), 'fifo');
  await execa('mkfifo', [fifo]);
  await t.rejects(readTextFile(fifo, { stdin: true }), { message: /named pipe/ });
  const writer = spawn('sh', ['-c', 'echo x >"$1"', 'sh', fifo]);
  t.teardown(() => writer.kill());
  await t.rejects(readTextFile(fifo), { message: /named pipe/ }, 'nor one with a writer');
});
