import { join } from 'node:path';
import type { Bundle } from '../bundle/bundle.js';
import { nameOfServing } from '../bundle/manifest.js';
import { type DrillOptions, type DrillSettings, drill } from '../drill/drill.js';
import { type PlanOptions, planDrill } from '../drill/plan.js';
import type { Scenario } from '../drill/scenario.js';
import { Ledger } from '../machine/ledger.js';
import type { Load } from '../record/load.js';
import { type RunRecord, readRecord } from '../record/reader.js';
import type { Entry } from '../record/schema.js';
import type { FakeCommand } from './fake-commands.js';
import type { FakeMachine } from './fake-machine.js';
import { IMPATIENT, onQuietHost, type ServiceLimits, serviceBundle, serviceUnit } from './fake-service.js';
import { FAKE_MEMORY_BYTES, fakeMachineKind } from './seams/fake-machine-kind.js';

/** One drill of the service on a fake machine. */
export interface FakeDrill {
  /** From `fakeDrillDir`. */
  readonly dir: string;
  readonly scenario: Scenario;
  readonly limits: ServiceLimits;
  /** The limits in effect in the guest, if they differ. */
  readonly inEffect?: ServiceLimits;
  readonly bundle?: Bundle;
  /** What systemd calls the server's cgroup in the guest, if that is not what its owner calls it. */
  readonly unitInGuest?: string;
  /** Replace oomdrill's own tables. */
  readonly tables?: Pick<PlanOptions, 'probes' | 'workloads'>;
  /** The commands that the guest knows; by default those of a drill with a memory hog. */
  readonly commands?: readonly FakeCommand[];
  /** Honest requests in addition to those of the prober. */
  readonly load?: Load;
  /** Snapshots that the drill may begin from; none by default. */
  readonly snapshots?: DrillOptions['snapshots'];
  readonly onEntry?: (entry: Entry, machine: FakeMachine | undefined) => void;
  readonly keep?: DrillSettings['keep'];
}

/** The result of a fake drill. */
export interface FakeDrilled {
  /** The error that ended the drill early; undefined if there was none. */
  readonly error: unknown;
  readonly outDir: string;
  readonly path: string;
  /** Read back from its file, with the entries of a quiet host. */
  readonly record: RunRecord;
}

/** Prepares a folder for fake drills, and puts their ledger there instead of the user's. */
export function fakeDrillDir(dir: string): string {
  process.env.OOMDRILL_STATE = join(dir, 'state');
  return dir;
}

/** Plans and drills a scenario on a fake machine. */
export async function drillFake(options: FakeDrill): Promise<FakeDrilled> {
  const { dir, scenario, limits, inEffect = limits, bundle = serviceBundle(limits) } = options;
  const { unitInGuest = nameOfServing(bundle.manifest), tables, commands, load, snapshots, onEntry, keep } = options;
  let machine: FakeMachine | undefined;
  const outDir = join(dir, scenario.name);
  const onStart = (started: FakeMachine) => {
    machine = started;
  };
  const kind = fakeMachineKind(serviceUnit(inEffect, unitInGuest), {
    commands,
    onStart,
    prepares: snapshots !== undefined,
  });
  const { signal } = new AbortController();
  const context = { ledger: await Ledger.open(), progress: () => {}, signal };
  const chosen = kind.choose({});
  const room = await chosen.room(context);
  const plan = planDrill(scenario, bundle, { scale: '1', room, watchdog: IMPATIENT, load, ...tables });
  const spec = { guest: 'trixie', memoryBytes: FAKE_MEMORY_BYTES, cpus: 2 } as const;
  const running = drill(plan, {
    ...context,
    machine: chosen,
    source: await chosen.source(spec, context),
    watchdog: IMPATIENT,
    probeIntervalMs: 200,
    load,
    fullHold: true,
    wayIn: false,
    fromNothing: snapshots === undefined,
    snapshots: snapshots ?? { settled: 'second-time', grown: 'never' },
    outDir,
    version: '0',
    guest: 'trixie',
    guestCpus: 2,
    onEntry: (_scenario, entry) => onEntry?.(entry, machine),
    keep,
  });
  const error: unknown = await running.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  const path = join(outDir, 'record.jsonl');
  return { error, outDir, path, record: onQuietHost(await readRecord(path)) };
}
