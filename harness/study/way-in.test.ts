import t from 'tap';
import type { Entry } from '../record/schema.js';
import { studyWayIn } from './way-in.js';

type Login = Extract<Entry, { type: 'login' }>;

const login = (id: number, more: Partial<Login> = {}): Login => ({
  type: 'login',
  id,
  scheduledT: id * 5_000,
  t: id * 5_000 + 1_000,
  ok: true,
  ...more,
});
const failed = (id: number): Login => login(id, { ok: false, error: 'timeout', t: id * 5_000 + 20_000 });
const SPAN = { from: 10_000, to: 40_000 };

t.test('without a login nothing is known of the way in', async (t) => {
  t.equal(studyWayIn([], SPAN), null);
});

t.test('the longest time between two logins that came through', async (t) => {
  const found = studyWayIn([login(0), login(1), login(2), failed(3), failed(4), failed(5), login(6), login(7)], SPAN);
  t.match(found, { longestGapMs: 20_000, tried: 6, succeeded: 3 });
});

t.test('one that no login ends lasts as long as the drill was watched', async (t) => {
  const found = studyWayIn([login(0), login(1), failed(3), failed(5)], SPAN);
  t.match(found, { longestGapMs: 39_000, succeeded: 0 });
});

t.test('without an injection there is no stress', async (t) => {
  t.match(studyWayIn([login(0)], undefined), { longestGapMs: null, tried: 0 });
});

t.test('the cost of all attempts between the first and the last that came through', async (t) => {
  const cpuUs = (sshd: number, sessions?: number) => ({ cpuUs: { sshd, sessions } });
  const entries = [
    login(0, cpuUs(50_000_000, 1_000_000)),
    login(1, cpuUs(51_000_000, 1_500_000)),
    // It cost sshd as well.
    failed(2),
    // The slice of the user is a new one.
    login(7, cpuUs(53_000_000, 300_000)),
  ];
  t.match(studyWayIn(entries, SPAN), { cpuMsPerLogin: 3_800 / 3, cpuPercent: (100 * 3_800) / 35_000 });
});

t.test('a cost that was never counted is unknown', async (t) => {
  t.match(studyWayIn([login(0), login(1)], SPAN), { cpuMsPerLogin: null, cpuPercent: null });
  const once = login(0, { cpuUs: { sshd: 1 } });
  t.match(studyWayIn([once, login(1)], SPAN), { cpuMsPerLogin: null, cpuPercent: null }, 'counted once');
});
