import t from 'tap';
import { EXEC_MS } from '../machine/guest-shell.js';
import type { ExecOptions, Machine } from '../machine/machine.js';
import { createPace } from './pace.js';
import { pacedMachine } from './paced-machine.js';

t.test('each command may take as much longer as the guest is slower, and all else is the machine', async (t) => {
  const timeouts: (number | undefined)[] = [];
  const death = new AbortController();
  const machine = {
    accelerator: 'tcg',
    hostPid: 7,
    died: death.signal,
    async exec(_: readonly string[], { timeoutMs }: ExecOptions) {
      timeouts.push(timeoutMs);
      return { stdout: 'done', stderr: '', exitCode: 0 };
    },
    endpoint: async (port: number) => ({ host: '127.0.0.1', port }),
  } as unknown as Machine;
  const paced = pacedMachine(machine, createPace(2.5));
  t.match(await paced.exec(['true'], { reason: 'nothing' }), { stdout: 'done' });
  await paced.exec(['true'], { reason: 'nothing', timeoutMs: 100 });
  t.same(timeouts, [2.5 * EXEC_MS, 250]);
  t.match(paced, { accelerator: 'tcg', hostPid: 7 });
  t.same(await paced.endpoint(80), { host: '127.0.0.1', port: 80 });
  death.abort();
  t.ok(paced.died.aborted);
});
