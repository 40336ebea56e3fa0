import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import { listenOnUnix, type UnixServer } from '../../testing/unix-server.js';
import { MAX_LINE_LENGTH } from '../receive-lines.js';
import { Qmp } from './qmp.js';

const never = new AbortController().signal;
const GREETING = `${JSON.stringify({ QMP: { version: {}, capabilities: [] } })}\r\n`;

/** What a QEMU that misbehaves does instead of an answer to a command. */
type Answer = (socket: Socket, id: number, command: string) => void;

const reply = (socket: Socket, message: object): void => void socket.write(`${JSON.stringify(message)}\r\n`);
const answerWell: Answer = (socket, id, command) => reply(socket, { return: `done: ${command}`, id });

/** A QEMU that greets, takes the first command and answers the others in its own way. */
function fakeQemu(answer: Answer, greeting = GREETING): Promise<UnixServer> {
  return listenOnUnix('qmp.sock', (socket) => {
    socket.write(greeting);
    let taken = 0;
    socket
      .setEncoding('utf8')
      .resume()
      .on('data', (text) => {
        for (const line of String(text).trim().split('\n')) {
          const { id, execute } = JSON.parse(line) as { id: number; execute: string };
          (taken++ === 0 ? answerWell : answer)(socket, id, execute);
        }
      });
  });
}

t.test('answers go to their commands, whatever comes between and in which order', async (t) => {
  const late: { socket: Socket; id: number }[] = [];
  await using qemu = await fakeQemu((socket, id, command) => {
    if (late.length === 0) reply(socket, { event: 'STOP', data: { why: 'x' }, timestamp: {} });
    if (command === 'first') return void late.push({ socket, id });
    answerWell(socket, id, command);
    for (const first of late) answerWell(first.socket, first.id, 'first');
  });
  const events: unknown[] = [];
  const qmp = await Qmp.connect(qemu.path, never, { onEvent: (name, data) => events.push(name, data) });
  t.same(await Promise.all([qmp.execute('first'), qmp.execute('second')]), ['done: first', 'done: second']);
  t.same(events, ['STOP', { why: 'x' }]);
  qmp.close();
});

t.test('a refusal is an error, and the connection goes on', async (t) => {
  await using qemu = await fakeQemu((socket, id, command) => {
    if (command === 'known') answerWell(socket, id, command);
    else
      reply(socket, { error: { class: 'GenericError', desc: 'no such thing' }, ...(command === 'odd' ? {} : { id }) });
  });
  const qmp = await Qmp.connect(qemu.path, never);
  const refused = { code: 'QMP', message: 'QEMU refused: no such thing' };
  await t.rejects(qmp.execute('nonsense'), refused);
  await t.rejects(qmp.execute('odd'), refused, 'also without the number of the command');
  t.equal(await qmp.execute('known'), 'done: known');
  qmp.close();
});

t.test('a QEMU that goes away, or sends something else than messages, ends each command', async (t) => {
  const cases: Record<string, { answer: Answer; why: RegExp }> = {
    'closes the socket': { answer: (socket) => void socket.end(), why: /is closed\.$/ },
    'closes it in the middle of a line': { answer: (socket) => void socket.end('{"return": '), why: /is closed\.$/ },
    'sends nonsense': {
      answer: (socket) => void socket.write('\x1b[2J nonsense\n'),
      why: /it said "\\u001b\[2J nonsense"/,
    },
    'sends JSON that is not an object': { answer: (socket) => void socket.write('[1]\n'), why: /it said "\[1\]"/ },
    'never ends its line': {
      answer: (socket) => void socket.write('x'.repeat(MAX_LINE_LENGTH + 1)),
      why: /longer than 1048576 characters/,
    },
  };
  for (const [what, { answer, why }] of Object.entries(cases)) {
    await using qemu = await fakeQemu(answer);
    const qmp = await Qmp.connect(qemu.path, never);
    const gone = { code: 'QEMU_GONE', message: why };
    const both = [qmp.execute('first'), qmp.execute('second')];
    for (const each of both) await t.rejects(each, gone, what);
    await t.rejects(qmp.execute('afterwards'), { code: 'QEMU_GONE' }, `${what}: a later command does not wait`);
  }
});

t.test('a QEMU with something unread when it is killed', async (t) => {
  await using qemu = await listenOnUnix('qmp.sock', (socket) => {
    socket.write(GREETING);
    // It does not read the first command, and is killed: ECONNRESET.
    void sleep(50).then(() => socket.destroy());
  });
  await t.rejects(Qmp.connect(qemu.path, never), { code: 'QEMU_GONE', message: /ECONNRESET/ });
});

t.test('each wait for a QEMU that stands still has an end', async (t) => {
  {
    await using qemu = await listenOnUnix('qmp.sock', () => {});
    await t.rejects(Qmp.connect(qemu.path, never, { timeoutMs: 50 }), {
      code: 'QMP_SILENT',
      message: /greeting of QEMU/,
    });
  }
  await using qemu = await fakeQemu((socket, id, command) => {
    if (command === 'slow') void sleep(100).then(() => answerWell(socket, id, command));
    if (command === 'known') answerWell(socket, id, command);
  });
  const qmp = await Qmp.connect(qemu.path, never);
  const silent = {
    code: 'QMP_SILENT',
    message: 'Gave up waiting for QEMU to answer slow after 0.05 s.',
    hint: /stopped/,
  };
  await t.rejects(qmp.execute('slow', {}, { timeoutMs: 50 }), silent);
  await sleep(100);
  t.equal(await qmp.execute('known'), 'done: known', 'the late answer is not taken for that of a later command');
  const stop = new AbortController();
  const interrupted = qmp.human('for ever', { signal: stop.signal });
  stop.abort(new Error('interrupted'));
  await t.rejects(interrupted, { message: 'interrupted' });
  qmp.close();
});
