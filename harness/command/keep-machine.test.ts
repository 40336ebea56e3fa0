import t from 'tap';
import { machineError } from '../core/errors.js';
import { withInterrupts } from './interrupt.js';
import { keepMachine } from './keep-machine.js';

const LOGIN = 'ssh -p 1 -i /tmp/key root@127.0.0.1';

/** What is said before Ctrl-C, line by line. */
async function saidBefore(thrown: unknown, stop: 'SIGINT' | 'death' | 'before'): Promise<string[]> {
  const said: string[] = [];
  const say = (...lines: readonly string[]) => void said.push(...lines);
  await withInterrupts(
    () => {},
    async (interrupts) => {
      if (stop === 'before') process.emit('SIGTERM', 'SIGTERM');
      const died = stop === 'death' ? AbortSignal.abort() : new AbortController().signal;
      const kept = keepMachine(interrupts, say)({ login: LOGIN, died }, thrown);
      const before = [...said];
      if (stop === 'SIGINT') process.emit('SIGINT', 'SIGINT');
      await kept;
      said.splice(0, said.length, ...before);
    },
  );
  return said;
}

t.test('the command that logs in is a line of its own', async (t) => {
  t.same(await saidBefore(undefined, 'SIGINT'), ['the guest is kept until Ctrl-C; log in with:', LOGIN]);
});

t.test('what broke the drill off is said while the machine is still there', async (t) => {
  const error = machineError('SERVER_START', 'web.service does not run.', 'Look at its journal.');
  t.same(await saidBefore(error, 'SIGINT'), [
    'the drill failed: web.service does not run. [SERVER_START]',
    'hint: Look at its journal.',
    'the guest is kept until Ctrl-C; log in with:',
    LOGIN,
  ]);
});

t.test('nothing is kept of a run that is stopped, or of a guest that died', async (t) => {
  t.same(await saidBefore(undefined, 'before'), []);
  t.same(await saidBefore(undefined, 'death'), []);
});
