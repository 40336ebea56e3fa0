import t from 'tap';
import { type Breaking, breakOff } from '../broken-off.js';
import { chooseMoments } from '../phases.js';

t.setTimeout(900_000);

/** Other moments each day: `FAULTS_SEED=20260102 npm run test:long-faults` gives those of a day again. */
const seed = Number(process.env.FAULTS_SEED ?? new Date().toISOString().slice(0, 10).replaceAll('-', ''));

/** What happens at two moments of a run; `npm run bench -- broken-off` tries many. */
const BREAKINGS: readonly Breaking[] = ['QEMU is killed', 'oomdrill is killed'];

const moments = chooseMoments(seed, BREAKINGS.length);
for (const [index, breaking] of BREAKINGS.entries()) {
  const moment = moments[index];
  if (!moment) throw new Error('there are too few moments');
  t.test(`${breaking} ${moment.afterMs} ms into ${moment.phase} (seed ${seed})`, async (t) => {
    const { faults, end } = await breakOff(moment, breaking);
    t.comment(end);
    t.same(faults, []);
  });
}
