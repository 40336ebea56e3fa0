import t from 'tap';
import { bundleSource } from '../../campaign/bundle-source.js';
import { createContext } from '../../campaign/context.js';
import { listRunCells, runSuite } from '../../campaign/suite.js';
import { program } from '../../cli.js';
import { addCompletion } from '../../command/completion.js';
import { beyondMax } from '../../inject/memory-hog/target.js';
import { chooseMachine, MACHINES } from '../../machine/providers.js';
import { readRecord } from '../../record/reader.js';
import { prepareDrill } from '../../report/html/drill.js';
import { summarizeRecord } from '../../verdict/summarize.js';
import { withOutputKept } from '../command-line.js';
import { fakeDrillDir } from '../fake-drill.js';
import { IMPATIENT, onQuietHost, serviceBundle, serviceScenario, serviceUnit, UNTHROTTLED } from '../fake-service.js';
import { fakeMachineKind } from './fake-machine-kind.js';
import { fakeProbe } from './fake-probe.js';

const outDir = fakeDrillDir(t.testdir());
const machines = [...MACHINES, fakeMachineKind(serviceUnit(UNTHROTTLED))];
// Written for a bundle of the catalogue, and fitted to the service's bundle.
const scenario = {
  ...serviceScenario('other-machine', beyondMax, { outcomes: ['contained'] }),
  bundle: bundleSource('devvm', ''),
};

/** Drills a suite of one scenario as `oomdrill run --machine fake` does. */
async function runFake(flags: Readonly<Record<string, string>> = {}, bundle = serviceBundle(UNTHROTTLED)) {
  const { signal } = new AbortController();
  const machine = chooseMachine('fake', flags, machines);
  const tables = { probes: [fakeProbe] };
  const settings = {
    machine,
    tables,
    outDir,
    scale: '1',
    watchdog: IMPATIENT,
    probeIntervalMs: 200,
    waitForQuietMs: 0,
  };
  const context = await createContext({ ...settings, signal, progress: () => {} });
  const [run, ...others] = await runSuite(context, {
    scenarios: [scenario],
    guests: ['trixie'],
    bundle,
  });
  t.same(others, []);
  return run;
}

t.test('a suite is drilled on a kind of machine from the given table', async (t) => {
  const run = await runFake({}, serviceBundle(UNTHROTTLED, { probe: fakeProbe.name }));
  t.match(run, { machine: 'fake', accelerator: 'fake', guest: 'trixie', bundle: 'web', error: undefined });
  const path = run?.record ?? '';
  const record = onQuietHost(await readRecord(path));
  t.match(summarizeRecord(record, path), { machine: 'fake', outcome: 'contained', verdict: 'pass' });
  t.match(prepareDrill(record, path).header, { machine: 'fake' });
  t.ok(
    record.entries.some((entry) => entry.type === 'probe' && entry.status === 299),
    'and its own probe was used',
  );
});

t.test('its own options reach its machines, and other kinds refuse them', async (t) => {
  t.match(await runFake({ fakeMemoryHigh: '1G' }), { verdict: 'error', error: { code: 'NOT_IN_EFFECT' } });
  t.throws(() => chooseMachine('qemu', { fakeMemoryHigh: '1G' }, machines), { code: 'FAKE_FLAGS' });
});

t.test('a drill that needs a missing capability is skipped, with the reason', async (t) => {
  const service = serviceBundle(UNTHROTTLED);
  const bundle = { ...service, manifest: { ...service.manifest, packages: ['earlyoom'] } };
  t.match(await runFake({}, bundle), {
    verdict: 'skip',
    reasons: [/earlyoom, which a machine of kind fake does not have/],
  });
});

t.test('of a suite, the cells that belong to this machine are drilled, and no others', async (t) => {
  const service = serviceBundle(UNTHROTTLED);
  const bundle = { ...service, manifest: { ...service.manifest, packages: ['earlyoom'] } };
  const scenarios = ['one', 'two'].map((name) => ({ ...scenario, name }));
  const asked = { scenarios, guests: ['trixie', 'bookworm'], bundle, repeats: 2 };
  const { signal } = new AbortController();
  const machine = chooseMachine('fake', {}, machines);
  const context = await createContext({ machine, outDir, scale: '1', watchdog: IMPATIENT, signal, progress: () => {} });
  const cells = await listRunCells(asked);
  t.same(
    cells.map(({ key }) => key),
    ['trixie', 'bookworm'].flatMap((guest) =>
      ['one', 'two'].flatMap((name) => [`${name} on ${guest}`, `${name} on ${guest}, round 2`]),
    ),
  );
  const drilledBy = async (own: readonly string[]) => {
    const runs = await runSuite(context, { ...asked, own: new Set(own) });
    return runs.map((run) => `${run.scenario} on ${run.guest}`).sort();
  };
  t.same(await drilledBy(['two on bookworm', 'two on bookworm, round 2', 'one on trixie, round 2']), [
    'one on trixie',
    'two on bookworm',
    'two on bookworm',
  ]);
  t.same(await drilledBy([]), []);
});

t.test('the help and the completion offer it', async (t) => {
  const helpOf = (name: string) => {
    const command = program('0', { machines }).commands.find((one) => one.name() === name);
    return command?.helpInformation() ?? '';
  };
  for (const name of ['run', 'map', 'mutate', 'validate']) {
    t.match(helpOf(name), '--fake-memory-high <size>', name);
    t.match(helpOf(name).replaceAll(/\s+/g, ' '), /--machine <kind> [^-]*\bfake\b/, name);
  }
  const oomdrill = program('0', { machines });
  addCompletion(oomdrill);
  const tab = ['node', 'oomdrill', 'complete', '--', 'run', '--machine', ''];
  const { stdout } = await withOutputKept(() => oomdrill.parseAsync(tab));
  t.match(stdout, /^qemu\b[\s\S]*^fake\b/m);
});
