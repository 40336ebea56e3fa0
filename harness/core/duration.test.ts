import t from 'tap';
import { DURATION, formatDuration, parseDuration } from './duration.js';

t.test('durations as unit files have them', async (t) => {
  const read: Record<string, number> = {
    '0': 0,
    '90': 90_000,
    '1.5': 1_500,
    '10min': 600_000,
    '10 min': 600_000,
    '2m': 120_000,
    '1h 30min': 5_400_000,
    '1h30min5s': 5_405_000,
    '250ms': 250,
    ' 45s ': 45_000,
    '24h': 86_400_000,
  };
  for (const [text, ms] of Object.entries(read)) {
    t.equal(parseDuration(text), ms, text);
    t.match(text.trim(), DURATION);
  }
});

t.test('anything else is refused', async (t) => {
  for (const text of [
    '',
    ' ',
    'soon',
    '-1s',
    '10 parsecs',
    '5s 1h',
    '1s 1s',
    '10min!',
    '1e3',
    '25h',
    '9'.repeat(200),
    'infinity',
  ])
    t.throws(() => parseDuration(text), { code: 'DURATION_INVALID' }, text);
});

t.test('for people, and read back', async (t) => {
  t.same([0, 45_000, 600_000, 5_405_000].map(formatDuration), ['0 s', '45 s', '10 min', '1 h 30 min 5 s']);
  for (const ms of [1_000, 61_000, 3_600_000]) t.equal(parseDuration(formatDuration(ms)), ms);
});
