import t from 'tap';
import { MIB } from '../core/bytes.js';
import type { Entry } from '../record/schema.js';
import { cgroupSample, compose, HOG_PID, hogProgress, type Story, silentBetween, TIMES } from '../testing/record.js';
import { studyBrim } from './brim.js';

const KILLED_T = 40_000;

/** A hog that grows by 1 MiB a second from the injection on, and is killed. */
const creeping: Partial<Story> = {
  targetBytes: null,
  cgroup: () => cgroupSample(2_000 * MIB),
  progress: (at) =>
    at < TIMES.injection
      ? null
      : hogProgress(at < KILLED_T ? 'ramping' : 'killed', {
          value: 1_900 * MIB + (Math.min(at, KILLED_T) - TIMES.injection) * (MIB / 1_000),
        }),
  more: [{ type: 'kill', t: KILLED_T, pid: HOG_PID, comm: 'ugrep', constraint: 'CONSTRAINT_MEMCG' }],
};

const findBrim = (changes: Partial<Story>) => {
  const { entries } = compose(changes);
  return studyBrim(
    entries.map((entry): Entry => (entry.type === 'injection' ? { ...entry, creepBytesPerSecond: MIB } : entry)),
  );
};

t.test('from the first gap that harmed to the kill', async (t) => {
  const brim = findBrim({ ...creeping, request: silentBetween(28_000, 41_000) });
  t.ok(brim && Math.abs((brim.to - brim.from) / MIB - 12) < 0.5, `${brim && (brim.to - brim.from) / MIB} MiB`);
});

t.test('a hog that harms nothing on its way has a brim without width', async (t) => {
  const brim = findBrim(creeping);
  t.equal(brim && brim.to - brim.from, 0);
});

t.test('the gap that the kill itself causes is not the brim', async (t) => {
  const brim = findBrim({ ...creeping, request: silentBetween(39_000, 44_000) });
  t.equal(brim && brim.to - brim.from, 0);
});

t.test('a hog that was not killed, or does not creep, shows no brim', async (t) => {
  t.equal(findBrim({ ...creeping, more: [] }), null);
  t.equal(studyBrim(compose(creeping).entries), null);
  t.equal(studyBrim(compose().entries), null);
});
