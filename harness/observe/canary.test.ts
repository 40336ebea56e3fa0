import t from 'tap';
import type { ExecResult, GuestShell } from '../machine/machine.js';
import { startCanary } from './canary.js';

const never = new AbortController().signal;

/** The command that starts a canary, and what became of it. */
async function start(result: Partial<ExecResult> = {}) {
  let started: readonly string[] = [];
  const machine: GuestShell = {
    exec: async (command) => {
      started = command;
      return { stdout: '', stderr: '', exitCode: 0, ...result };
    },
  };
  const thrown: unknown = await startCanary(machine, 8_081, never).catch((error: unknown) => error);
  return { started, thrown };
}

t.test('its memory is protected, and nothing else of it is favoured', async (t) => {
  const { started, thrown } = await start();
  t.equal(thrown, undefined);
  const properties = started.filter((word) => word.startsWith('--property='));
  t.ok(started.includes('--slice=oomdrill.slice'));
  t.ok(properties.includes('--property=OOMScoreAdjust=-1000'));
  t.ok(properties.some((line) => line.startsWith('--property=MemoryMin=')));
  const favours = properties.filter((line) => /Nice|IOWeight|CPUScheduling|CPUWeight=(?!100$)/.test(line));
  t.same(favours, []);
});

t.test('one that could not be started says why in its own words, and on which port', async (t) => {
  const { thrown } = await start({ exitCode: 1, stderr: 'Job failed.\ncanary: could not listen: Address in use\n' });
  t.match(thrown, {
    code: 'CANARY_START',
    kind: 'machine',
    message: /port 8081 of the guest: .*could not listen: Address in use/,
    hint: /port must be free/,
  });
});
