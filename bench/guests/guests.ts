import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { loadSuite } from '../../harness/campaign/catalogue.js';
import { assets } from '../../harness/core/assets.js';
import { measureTime } from '../../harness/core/clock.js';
import { groupBy } from '../../harness/core/group-by.js';
import { findLacking } from '../../harness/drill/guest/capabilities.js';
import { readVersions } from '../../harness/drill/guest/evidence.js';
import { REQUIREMENTS } from '../../harness/drill/scenario.js';
import { ensureImage } from '../../harness/machine/image/build.js';
import { guestNamed, guestNames } from '../../harness/machine/image/guests.js';
import { listStored } from '../../harness/machine/image/store.js';
import { chooseMachine, DEFAULT_MACHINE } from '../../harness/machine/providers.js';
import { makeWorkDir } from '../../harness/machine/workdir.js';
import type { RunSummary } from '../../harness/verdict/summary.js';
import { readCommit } from '../commit.js';
import type { BenchContext } from '../context.js';
import { atLeast, atMost, type Figure } from '../figure.js';
import { GUEST_SPEC } from '../guest-spec.js';
import { type DrillKey, readStoredDrills } from '../stored-drills.js';
import { runDrilled } from '../trust/drill-cell.js';
import { killsTwice, REMEDY, renderGuestsPage } from './page.js';
import { addGuestResult, type DrillLine, type GuestLine, isDecided, readGuestResults } from './results.js';

/** So often each scenario is drilled on each guest. */
const ENOUGH = 2;

/** The same host on every guest: that of the incident at scale 1/8. */
const SCALE = 8;

/** Which guests, with commas between them, all where nothing is said; and how long at most. */
export interface GuestFlags {
  readonly cells: string | undefined;
  readonly minutes: number;
  /** A store whose drills are taken over first. */
  readonly from: string | undefined;
}

/**
 * Looks at each guest, however long that takes, drills the core suite on it, and the remedy where its kernel may need it,
 * until each of these scenarios was drilled often enough or the time is up, and writes docs/guests.md from all results so far.
 */
export async function measureGuests(context: BenchContext, { cells, minutes, from }: GuestFlags): Promise<Figure[]> {
  const names = (cells?.split(',') ?? guestNames()).map((name) => guestNamed(name).name);
  const core = (await loadSuite('core')).map(({ name }) => name);
  const end = performance.now() + minutes * 60_000;
  const commit = await readCommit();
  try {
    if (from !== undefined) await takeOver(from, [...core, REMEDY]);
    for (const guest of names) {
      if (!knownGuests().some((line) => line.guest === guest)) await lookAt(guest, commit, context);
    }
    for (const guest of names) {
      const scenarios = knownGuests().some((line) => line.guest === guest && killsTwice(line))
        ? [...core, REMEDY]
        : core;
      for (
        let next = findNext(guest, scenarios);
        next !== undefined && performance.now() < end;
        next = findNext(guest, scenarios)
      ) {
        context.progress(`${next} on ${guest}`);
        await drillOn(guest, next, commit, context);
      }
    }
  } finally {
    await writePage();
  }
  return collectFigures();
}

const knownGuests = (): GuestLine[] => readGuestResults().filter((line) => line.kind === 'guest');
const knownDrills = (): DrillLine[] => readGuestResults().filter((line) => line.kind === 'drill');

/** The scenario with the fewest drills on a guest; undefined where each was drilled often enough. */
function findNext(guest: string, scenarios: readonly string[]): string | undefined {
  const drills = knownDrills().filter((line) => line.guest === guest && line.outcome !== 'inconclusive');
  const counted = scenarios.map((name) => ({ name, count: drills.filter(({ scenario }) => scenario === name).length }));
  return counted.filter(({ count }) => count < ENOUGH).toSorted((a, b) => a.count - b.count)[0]?.name;
}

/** What a guest is and what it lacks, asked in the guest itself. Its image is built where it is not there. */
async function lookAt(guest: string, commit: string, { ledger, progress, signal }: BenchContext): Promise<void> {
  const isThere = (await listStored()).some(({ kind, name, whole }) => kind === 'image' && whole && isOf(guest, name));
  const { ms, value: image } = await measureTime(() => ensureImage(guestNamed(guest), progress, signal));
  const source = await chooseMachine(DEFAULT_MACHINE).source({ ...GUEST_SPEC, guest }, { ledger, progress, signal });
  await using workDir = await makeWorkDir(ledger);
  const changes = { unit: 'none', files: [], trees: [], made: [] };
  await using machine = await source.start({ workDir: workDir.path, signal, changes });
  const { kernel = '', systemd = '', nodejs = '' } = await readVersions(machine, signal);
  const line = { kernel, systemd, nodejs, lacks: await findLacking(machine, REQUIREMENTS, signal) };
  await addGuestResult({
    kind: 'guest',
    at: new Date().toISOString(),
    commit,
    guest,
    ...line,
    expired: image.facts.expired,
    buildSeconds: isThere ? undefined : Math.round(ms / 1_000),
  });
}

/** Whether a name in the cache is one of a guest: its own, a dash, and a hash. */
const isOf = (guest: string, name: string): boolean => name.startsWith(`${guest}-`);

async function drillOn(
  guest: string,
  scenario: string,
  commit: string,
  { progress, signal }: BenchContext,
): Promise<void> {
  const { run } = await runDrilled({ guest, scenario, scale: String(SCALE) }, signal);
  await addGuestResult(createLine({ guest, scenario, at: new Date().toISOString(), commit }, run));
  progress(`${run.verdict}: ${scenario} on ${guest} was ${run.outcome}`);
}

function createLine(
  seen: Pick<DrillLine, 'guest' | 'scenario' | 'at' | 'commit'>,
  { verdict, outcome, evidence, reasons }: RunSummary,
): DrillLine {
  const { longestGapMs = null, fullStallPercent = null } = evidence ?? {};
  return { kind: 'drill', ...seen, verdict, outcome, longestGapMs, fullStallPercent, reason: reasons[0] ?? '' };
}

/** Adds the drills of these scenarios that a store has and the results have not. */
async function takeOver(store: string, scenarios: readonly string[]): Promise<void> {
  const cellOf = ({ scale, ...drill }: DrillKey) =>
    scale === SCALE && scenarios.includes(drill.scenario) && guestNames().includes(drill.guest) ? drill : undefined;
  for (const { cell, run, ...seen } of await readStoredDrills(store, cellOf, knownDrills()))
    await addGuestResult(createLine({ ...cell, ...seen }, run));
}

/** Writes docs/guests.md from all results so far. */
async function writePage(): Promise<void> {
  const page = join(assets.root, 'docs', 'guests.md');
  await writeFile(page, renderGuestsPage(readGuestResults(), guestNames(), await loadSuite('full')));
  await execa('npx', ['prettier', '--write', page], { cwd: assets.root });
}

function collectFigures(): Figure[] {
  const drills = knownDrills().filter(isDecided);
  const pairs = [...groupBy(drills, ({ guest, scenario }) => `${guest} ${scenario}`).values()];
  const twice = pairs.filter((own) => own.length >= ENOUGH);
  const equal = twice.filter((own) => new Set(own.map(({ outcome }) => outcome)).size === 1);
  const built = knownGuests().map(({ buildSeconds = 0 }) => buildSeconds);
  return [
    atLeast('guests with the core suite drilled', new Set(drills.map(({ guest }) => guest)).size, 6, 'guests'),
    atLeast('scenarios on guests drilled twice with equal outcomes', equal.length, twice.length, 'pairs'),
    atMost('slowest image, built and sealed', Math.max(...built), 240, 's'),
  ];
}
