import t from 'tap';
import { guestNames } from '../../harness/machine/image/guests.js';
import { REMEDY, renderGuestsPage } from './page.js';
import { type DrillLine, type GuestLine, readGuestResults } from './results.js';

const SEEN = { at: '2026-11-27T20:00:00.000Z', commit: 'abc1234' };
const OLD: GuestLine = {
  ...SEEN,
  kind: 'guest',
  guest: 'old',
  kernel: '5.10.0-32-cloud-amd64',
  systemd: '247.3-7+deb11u5',
  nodejs: '12.22.12~dfsg-1',
  lacks: ['systemd-oomd', 'quadlets', 'vmgenid'],
  buildSeconds: 41,
};
const DRILL: DrillLine = {
  ...SEEN,
  kind: 'drill',
  guest: 'old',
  scenario: 'bad',
  verdict: 'pass',
  outcome: 'livelocked',
  longestGapMs: 52_600,
  fullStallPercent: 90,
  reason: 'No answer for 52.6 s.',
};
const SCENARIOS = [
  { name: 'bad', suite: 'core', requires: ['cgroup-v2', 'psi'] },
  { name: 'good', suite: 'core', requires: ['cgroup-v2', 'psi'] },
  { name: 'oomd', suite: 'nightly', requires: ['systemd-oomd'] },
] as const;

t.test('the page says what came out on each guest, and what is skipped there', async (t) => {
  const drills = [DRILL, { ...DRILL, longestGapMs: 50_000 }];
  const page = renderGuestsPage([OLD, ...drills], ['new', 'old'], SCENARIOS);
  t.match(page, 'Not looked at yet: `new`.');
  t.match(page, '| `old` | 5.10.0-32-cloud-amd64 | 247.3 | 12.22.12 | 41 s |');
  t.match(page, /### `bad`\n\n(?:\|.*\n){2}\| `old` \| 5\.10\.0 \| 2 × livelocked, 50\.0 to 52\.6 s \|/);
  t.match(page, /### `good`\n\n(?:\|.*\n){2}\| `old` \| 5\.10\.0 \| not drilled \|/);
  t.match(page, '- `old` lacks `systemd-oomd`, `vmgenid`. Skipped: `oomd`.');
  t.notMatch(page, /past their date/);
});

t.test('drills that differ, and a list past its date, are shown', async (t) => {
  const other: DrillLine = { ...DRILL, outcome: 'contained', longestGapMs: null };
  const page = renderGuestsPage([{ ...OLD, expired: 'sid until Friday' }, DRILL, other], ['old'], SCENARIOS);
  t.match(page, '1 × livelocked, 52.6 s; 1 × contained, unknown');
  t.match(page, '- `old`: sid until Friday');
});

t.test('second kills are counted by kernel, with the remedy and without', async (t) => {
  const young: GuestLine = { ...OLD, guest: 'young', kernel: '7.2.12+deb14-cloud-amd64' };
  const kill: DrillLine = { ...DRILL, guest: 'young', scenario: 'runaway-past-max', outcome: 'unit-stopped' };
  const drills: DrillLine[] = [
    kill,
    { ...kill, outcome: 'contained' },
    { ...kill, outcome: 'inconclusive' },
    { ...kill, guest: 'old', outcome: 'contained' },
    { ...kill, scenario: REMEDY, outcome: 'contained' },
  ];
  const page = renderGuestsPage([OLD, young, ...drills], ['young', 'old'], SCENARIOS);
  t.match(page, 'In 1 of 2 drills of `runaway-past-max` on a kernel from 7.0 on, and in 0 of 1 on an older one');
  t.match(page, 'the server was killed in 0 of 1 drills.');
});

t.test('what was seen of a guest last is what stands', async (t) => {
  const page = renderGuestsPage([OLD, { ...OLD, kernel: '5.10.1', lacks: [] }], ['old'], SCENARIOS);
  t.match(page, '5.10.1');
  t.notMatch(page, /lacks `|5\.10\.0/);
});

t.test('the results of the repository are of guests that there are', async (t) => {
  const names = guestNames();
  for (const { guest } of readGuestResults()) t.ok(names.includes(guest), guest);
});
