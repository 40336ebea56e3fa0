import { PassThrough } from 'node:stream';
import t from 'tap';
import { receiveLines } from './receive-lines.js';

/** Reads a stream to its end; gives its lines, and what broke it. */
function collect(stream: PassThrough, maxLength?: number) {
  const lines: string[] = [];
  const ended = new Promise<Error | undefined>((resolve) => {
    receiveLines(stream, { line: (text) => lines.push(text), end: resolve }, maxLength);
  });
  return { lines, ended };
}

t.test('lines come whole, however they are cut, without their breaks', async (t) => {
  const stream = new PassThrough();
  const { lines, ended } = collect(stream);
  const bytes = Buffer.from('one\r\ntwo é\n\nhalf');
  for (const byte of bytes) stream.write(Buffer.from([byte]));
  stream.end();
  t.equal(await ended, undefined);
  t.same(lines, ['one', 'two é', '']);
});

t.test('what breaks the stream is reported once, and to no one else', async (t) => {
  const stream = new PassThrough();
  const { lines, ended } = collect(stream);
  stream.write('one\ntw');
  await new Promise((resolve) => setImmediate(resolve));
  stream.destroy(new Error('reset'));
  t.match(await ended, { message: 'reset' });
  t.same(lines, ['one']);
});

t.test('a stream that was over before has its end reported', async (t) => {
  const stream = new PassThrough();
  stream.on('error', () => {}).destroy(new Error('early'));
  await new Promise((resolve) => stream.once('close', resolve));
  t.match(await collect(stream).ended, { message: 'early' });
});

t.test('a line without an end is not held, and ends the stream', async (t) => {
  for (const chunks of [['x'.repeat(11)], ['x'.repeat(6), 'x'.repeat(6)], [`${'x'.repeat(11)}\nshort\n`]]) {
    const stream = new PassThrough();
    const { lines, ended } = collect(stream, 10);
    for (const chunk of chunks) stream.write(chunk);
    t.match(await ended, { message: /longer than 10 characters/ });
    t.same(lines, []);
  }
});

t.test('no line is reported once the stream was destroyed', async (t) => {
  const stream = new PassThrough();
  const lines: string[] = [];
  const ended = new Promise((resolve) => {
    const line = (text: string) => {
      lines.push(text);
      stream.destroy();
    };
    receiveLines(stream, { line, end: resolve });
  });
  stream.write('one\ntwo\n');
  t.equal(await ended, undefined);
  t.same(lines, ['one']);
});
