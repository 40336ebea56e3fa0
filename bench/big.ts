import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { assets } from '../harness/core/assets.js';
import { MIB } from '../harness/core/bytes.js';
import { measureTime } from '../harness/core/clock.js';
import type { Entry } from '../harness/record/schema.js';
import { HOSTILE_PLACES, readHostileTexts } from '../harness/testing/hostile-text.js';
import { cgroupSample, compose, recordText } from '../harness/testing/record.js';
import type { BenchContext } from './context.js';
import { atMost, type Figure } from './figure.js';

const UNITS = 10_000;
const SIDECAR_ENTRIES = 20_000;

/** How long a drill must go on for a record of 84 MB, milliseconds. */
const LONG_DRILL_MS = 12_700_000;

/** Measures what large input costs: nothing may take time that grows as its square. Starts no machine. */
export async function measureBig({ progress }: BenchContext): Promise<Figure[]> {
  const dir = await mkdtemp(join(tmpdir(), 'oomdrill-bench-'));
  try {
    const record = await writeLongRecord(dir);
    const { size } = await stat(record);
    progress(`a record of ${(size / MIB).toFixed(0)} MiB`);
    const sidecars = await writeSidecarRecord(dir);
    const units = await writeUnits(dir);
    return [
      atMost(`judge a record of ${Math.round(size / 1e6)} MB`, await measureCommand('judge', record), 4, 's'),
      atMost(
        `report ${SIDECAR_ENTRIES} requests to a sidecar`,
        await measureCommand('report', sidecars, '-o', dir),
        2,
        's',
      ),
      atMost(`lint ${UNITS} units`, await measureCommand('lint', units), 5, 's'),
      await measureHostileTexts(progress),
    ];
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

/** The longest that any command takes for a megabyte of hostile text. */
async function measureHostileTexts(progress: (line: string) => void): Promise<Figure> {
  let slowest = { ms: 0, what: '' };
  for (const place of HOSTILE_PLACES)
    for (const [text, ms] of Object.entries(await readHostileTexts(place)))
      if (ms > slowest.ms) slowest = { ms, what: `${place}: ${text}` };
  progress(`hostile text: the slowest is ${slowest.what}`);
  return atMost('a megabyte of hostile text', slowest.ms / 1000, 1, 's', slowest.what);
}

/** Seconds that a command line takes. Whatever it finds, it must end by itself and without an error. */
async function measureCommand(...args: readonly string[]): Promise<number> {
  const { value, ms } = await measureTime(() => execa('node', [assets.cli, ...args], { reject: false }));
  if (value.exitCode === undefined || value.stderr !== '')
    throw new Error(`oomdrill ${args[0]}: ${value.stderr.slice(0, 500) || value.shortMessage}`);
  return ms / 1000;
}

async function writeLongRecord(dir: string): Promise<string> {
  const file = join(dir, 'long.jsonl');
  const times = {
    baseline: 1_000,
    injection: 6_000,
    hold: 9_000,
    release: LONG_DRILL_MS,
    recovery: LONG_DRILL_MS + 400,
    end: LONG_DRILL_MS + 5_000,
  };
  const cgroup = (t: number) => cgroupSample(1_580 * MIB, { high: t }, t * 100);
  await writeFile(file, recordText(compose({ times, cgroup })));
  return file;
}

async function writeSidecarRecord(dir: string): Promise<string> {
  const file = join(dir, 'sidecars.jsonl');
  const more = Array.from({ length: SIDECAR_ENTRIES }, (_, id): Entry => {
    const scheduledT = id * 2;
    return { type: 'sidecar', unit: `health-${id % 500}.service`, t: scheduledT + 1, id, scheduledT, ok: id % 7 > 0 };
  });
  await writeFile(file, recordText(compose({ more })));
  return file;
}

/** A system's units: services in slices, every tenth one with a drop-in. */
async function writeUnits(dir: string): Promise<string> {
  const system = join(dir, 'etc', 'systemd', 'system');
  await mkdir(system, { recursive: true });
  for (let number = 0; number < UNITS; number++) {
    const name = `unit-${number}.service`;
    const slice = `group-${number % 100}.slice`;
    await writeFile(
      join(system, name),
      `[Service]\nExecStart=/usr/bin/program-${number} --option\nMemoryMax=1G\nMemoryHigh=800M\nSlice=${slice}\n`,
    );
    if (number % 10 > 0) continue;
    await mkdir(join(system, `${name}.d`));
    await writeFile(join(system, `${name}.d`, '50-memory.conf'), '[Service]\nMemoryMax=2G\n');
  }
  return join(dir, 'etc');
}
