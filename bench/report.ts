import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { execa } from 'execa';
import { startChromium } from '../harness/browser/chromium.js';
import { assets } from '../harness/core/assets.js';
import { MIB } from '../harness/core/bytes.js';
import { measureTime } from '../harness/core/clock.js';
import type { RunRecord } from '../harness/record/reader.js';
import type { Entry } from '../harness/record/schema.js';
import { cgroupSample, compose, recordText } from '../harness/testing/record.js';
import type { BenchContext } from './context.js';
import { atMost, type Figure, middle } from './figure.js';
import { createRandom } from './random.js';

const DRILLS = 25;

/** How often the report is opened; the first time counts like the others. */
const OPENINGS = 5;

/**
 * Time of the release, milliseconds: a drill is as long as the longest of the nightly suite, 100 s with ten samples and
 * five probes a second.
 */
const RELEASE = 95_000;

/** Typical length of a kernel log with an OOM kill. */
const LOG_LINES = 120;

/**
 * Measures how long the report of a whole suite takes to write and to open. The records are composed with noise, so
 * that they compress like real ones.
 */
export async function measureReport({ progress }: BenchContext): Promise<Figure[]> {
  const dir = await mkdtemp(join(tmpdir(), 'oomdrill-bench-'));
  try {
    const paths: string[] = [];
    for (let number = 1; number <= DRILLS; number++) {
      const path = join(dir, `${number}.jsonl`);
      await writeFile(path, recordText(composeNoisyDrill(number)));
      paths.push(path);
    }
    const cli = assets.cli;
    const { ms } = await measureTime(() => execa('node', [cli, 'report', ...paths, '--out', dir]));
    const file = join(dir, 'report.html');
    const { size } = await stat(file);
    progress(`the report of ${DRILLS} drills was written in ${(ms / 1000).toFixed(2)} s`);
    const openMs = await measureOpenings(file);
    const spread = openMs.map((each) => (each / 1000).toFixed(2)).join(', ');
    return [
      atMost(`report of ${DRILLS} drills: time to write`, ms / 1000, 5, 's'),
      atMost(`report of ${DRILLS} drills: size`, size / MIB, 6, 'MB'),
      atMost('report: from opening to the first charts drawn', middle(openMs) / 1000, 1.5, 's', `median of ${spread}`),
    ];
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

/** Milliseconds from the start of the navigation to the frame after the first charts, by the browser's own clock. */
async function measureOpenings(file: string): Promise<number[]> {
  const browser = await startChromium();
  try {
    const times: number[] = [];
    for (let number = 0; number < OPENINGS; number++) {
      const page = await browser.newPage({ viewport: { width: 1_400, height: 900 } });
      await page.goto(pathToFileURL(file).href);
      await page.locator('[data-drawn]').first().waitFor();
      times.push(await page.evaluate(() => performance.getEntriesByName('drawn')[0]?.startTime ?? Number.NaN));
      await page.close();
    }
    return times;
  } finally {
    await browser.close();
  }
}

function composeNoisyDrill(number: number): RunRecord {
  const noise = createRandom(number);
  let refaults = 0;
  const lines = Array.from(
    { length: LOG_LINES },
    (_, index): Entry => ({
      type: 'journal',
      t: 40_000 + index * 7,
      unit: 'kernel',
      message: `line ${index} of ${number}: ${noise().toString(36)} ${noise().toString(36)}`,
    }),
  );
  const record = compose({
    times: {
      baseline: 1_000,
      injection: 6_000,
      hold: 14_000,
      release: RELEASE,
      recovery: RELEASE + 400,
      end: RELEASE + 5_000,
    },
    control: number % 3 === 0,
    limits: { high: 1_536 * MIB, max: 2_048 * MIB, swapMax: 0 },
    cgroup: (t) => {
      refaults += Math.floor(noise() * 400);
      const sample = cgroupSample(Math.floor((1_500 + noise() * 40) * MIB), { high: t }, t * 800 + noise() * 50_000);
      return {
        ...sample,
        stat: {
          anon: Math.floor((1_450 + noise() * 40) * MIB),
          file: Math.floor(noise() * 20 * MIB),
          workingset_refault_file: refaults,
        },
      };
    },
    request: (due) => ({ t: due + 5 + noise() * 60, ok: noise() > 0.05 }),
    more: lines,
  });
  const scenario = { ...record.header.scenario, name: `drill-${number}` };
  return { ...record, header: { ...record.header, scenario } };
}
