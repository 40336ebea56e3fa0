import { join } from 'node:path';
import t from 'tap';
import { readLedger } from '../../harness/machine/ledger-pages.js';
import { actAt } from '../act-at.js';

t.setTimeout(600_000);

const dir = t.testdir({ state: {}, out: {} });
process.env.OOMDRILL_STATE = join(dir, 'state');
const env = { OOMDRILL_STATE: join(dir, 'state'), NO_COLOR: '1' };

t.test('Ctrl-C in a map: what was seen so far is reported', async (t) => {
  const map = ['map', 'devvm-2026-07-02', '--precision', '256M', '--out', join(dir, 'out'), '--json', '-'];
  const { exitCode, stdout, stderr } = await actAt(/at 1024M: healthy/, map, (child) => child.kill('SIGINT'), env);
  t.equal(exitCode, 2);
  t.match(stderr, /unfinished, after 1 drill: healthy up to 1024M/);
  t.match(stderr, /INTERRUPTED/);
  t.match(JSON.parse(stdout), { unfinished: true, points: [{ zone: 'healthy' }] });
  t.same(
    (await readLedger()).pages.flatMap(({ resources }) => resources),
    [],
  );
});
