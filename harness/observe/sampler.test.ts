import { PassThrough } from 'node:stream';
import t from 'tap';
import { startClock } from '../core/clock.js';
import type { ExecResult, Machine } from '../machine/machine.js';
import type { Entry } from '../record/schema.js';
import { startSampler } from './sampler.js';

const OPTIONS = { intervalMs: 100, serverPid: 1, port: 80, cgroups: { server: '/x' }, injections: [] };
const never = new AbortController().signal;

/** What a record holds of a sampler whose stream is a given one, and of the sampler itself. */
async function watchSamples(stream: PassThrough, exitCode = 0) {
  const notes: string[] = [];
  let command: readonly string[] = [];
  const write = (entry: Entry) => void (entry.type === 'note' && notes.push(entry.message));
  const machine: Pick<Machine, 'openSampleStream' | 'exec'> = {
    openSampleStream: async () => ({ guestPath: '-', stream, via: 'ssh' }),
    exec: async (given): Promise<ExecResult> => {
      command = given;
      return { stdout: '', stderr: 'no such unit', exitCode };
    },
  };
  const started = startSampler(machine as Machine, OPTIONS, { clock: startClock(), write }, never);
  const sampler = await started.catch((thrown: unknown) => thrown);
  return { notes, command, sampler };
}

const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

t.test('a stream that breaks is a note of the record, and no unhandled error', async (t) => {
  const stream = new PassThrough();
  const { notes } = await watchSamples(stream);
  stream.write('nonsense\nhalf a li');
  await nextTurn();
  stream.destroy(new Error('read ECONNRESET'));
  await nextTurn();
  t.same(notes, [
    'samples come through ssh',
    'a line of the sampler could not be read (8 bytes)',
    'no more samples come through ssh: read ECONNRESET',
  ]);
});

t.test('what a silence may come of is sampled: the pressure of the cgroup and of the guest', async (t) => {
  const { command } = await watchSamples(new PassThrough());
  for (const file of ['cpu.pressure', 'io.pressure'])
    t.ok(command.includes(`server/${file}=/sys/fs/cgroup/x/${file}@5`));
  for (const what of ['memory', 'cpu', 'io']) t.ok(command.includes(`box/${what}.pressure=/proc/pressure/${what}@5`));
  t.ok(command.includes('server/memory.pressure=/sys/fs/cgroup/x/memory.pressure'), 'that of memory at every tick');
});

t.test('once it is stopped, or could not be started, nothing is written and the stream is closed', async (t) => {
  const stream = new PassThrough();
  const { notes, sampler } = await watchSamples(stream);
  await (sampler as { stop(): Promise<void> }).stop();
  await nextTurn();
  t.same(notes, ['samples come through ssh']);
  t.ok(stream.destroyed);

  const unused = new PassThrough();
  const failed = await watchSamples(unused, 1);
  t.match(failed.sampler, { code: 'SAMPLER_START', message: /no such unit/ });
  await nextTurn();
  t.same(failed.notes, ['samples come through ssh']);
  t.ok(unused.destroyed);
});
