import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { assets } from '../harness/core/assets.js';
import { measureTime } from '../harness/core/clock.js';
import { type Row, rowOfRun } from '../harness/store/row.js';
import { withStore } from '../harness/store/store.js';
import { compose } from '../harness/testing/record.js';
import { runCellKey } from '../harness/verdict/part.js';
import { summarizeRecord } from '../harness/verdict/summarize.js';
import { atMost, type Figure } from './figure.js';

const CELLS = 100_000;
const MAX_S = 5;

/** Measures what a store with the results of years costs. Starts no machine. */
export async function measureStore(): Promise<Figure[]> {
  const dir = await mkdtemp(join(tmpdir(), 'oomdrill-bench-'));
  try {
    const [left, right] = [join(dir, 'left.db'), join(dir, 'right.db')];
    await withStore(left, 'write', (store) => store.add(makeRows(0, CELLS / 2)));
    await withStore(right, 'write', (store) => store.add(makeRows(CELLS / 2, CELLS / 2)));
    const ask = async (...words: readonly string[]) => {
      const cli = join(assets.root, 'dist', 'harness', 'cli.js');
      const { ms } = await measureTime(() => execa('node', [cli, 'results', '--store', left, ...words]));
      return ms / 1_000;
    };
    const merged = await ask('--add', right);
    const detail = `${CELLS} cells, with the start of the command`;
    return [
      atMost('results --add: two stores of half of the cells each', merged, MAX_S, 's', detail),
      atMost('results --by scenario,kernel', await ask('--by', 'scenario,kernel'), MAX_S, 's', detail),
      atMost(
        'results --where scenario=... of one in 44',
        await ask('--where', 'scenario=scenario-7'),
        MAX_S,
        's',
        detail,
      ),
      atMost('results: the page in the middle', await ask('--offset', String(CELLS / 2)), MAX_S, 's', detail),
      atMost('results --csv of all', await ask('--csv', join(dir, 'all.csv')), MAX_S, 's', detail),
    ];
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

/** Results of 44 scenarios on four kernels. */
function* makeRows(from: number, count: number): Generator<Row> {
  const run = summarizeRecord(compose(), 'reports/night/drill/record.jsonl');
  for (let index = from; index < from + count; index++) {
    const scenario = `scenario-${index % 44}`;
    const kernel = `6.${index % 4}.0`;
    const at = new Date(Date.UTC(2020, 0, 1) + index * 60_000).toISOString();
    const made = { ...run, id: `${index}-0c8f1e0a-2f2f`, scenario, kernel, systemd: '257', recordHash: 'f'.repeat(64) };
    yield rowOfRun(made, {
      at,
      cell: runCellKey(made),
      campaign: { version: '0.2.0', options: 'o', declarations: 'd' },
    });
  }
}
