import t from 'tap';
import { machineError } from '../core/errors.js';
import { whileAlive } from './while-alive.js';

const DEATH = machineError('QEMU_DIED', 'QEMU ended.');
const failWith = (code: string) => async () => {
  throw machineError(code, 'A connection broke.');
};

t.test('a connection that breaks is the echo of a death that is seen a moment later', async (t) => {
  for (const code of ['SSH_BROKEN', 'QEMU_GONE']) {
    const death = new AbortController();
    const broken = whileAlive(death.signal, failWith(code));
    setImmediate(() => death.abort(DEATH));
    await t.rejects(broken, { code: 'QEMU_DIED' }, code);
  }
});

t.test('any other error is itself, and a machine that is dead does nothing more', async (t) => {
  const death = new AbortController();
  await t.rejects(whileAlive(death.signal, failWith('QMP')), { code: 'QMP' });
  t.equal(await whileAlive(death.signal, async () => 7), 7);
  death.abort(DEATH);
  await t.rejects(
    whileAlive(death.signal, async () => t.fail('it was done')),
    { code: 'QEMU_DIED' },
  );
});
