import t from 'tap';
import { parseSweep } from './sweep.js';

t.test('values evenly apart, the ends as they were asked for', async (t) => {
  t.same(parseSweep('MemoryHigh=8G..16G', 5), {
    setting: 'MemoryHigh',
    values: ['8G', '10G', '12G', '14G', '16G'],
  });
  t.same(parseSweep('MemoryMax=1.5G..2G', 3).values, ['1536M', '1792M', '2G']);
  t.same(parseSweep('MemorySwapMax=0..1G', 2).values, ['0', '1G']);
  t.same(parseSweep('MemoryMax=100..200', 2).values, ['100', '200'], 'the ends are not rounded');
  for (const value of parseSweep('MemoryMax=1000000001..3G', 7).values.slice(1)) t.match(value, /^\d+[MG]$/);
});

for (const text of [
  'MemoryHigh',
  'MemoryHigh=8G',
  'MemoryHigh=16G..8G',
  'MemoryHigh=8G..8G',
  'MemoryHigh=8G..infinity',
  'MemoryLow=8G..16G',
  'constructor=8G..16G',
] as const) {
  t.test(`${text} is refused`, async (t) => {
    t.throws(() => parseSweep(text, 5), { code: 'SWEEP_INVALID', hint: /--sweep/ });
  });
}

t.test('a size that is none', async (t) => {
  t.throws(() => parseSweep('MemoryHigh=8GB..16G', 5), { code: 'BYTES_INVALID' });
  t.throws(() => parseSweep('MemoryHigh=-8G..16G', 5), { code: 'BYTES_INVALID' });
});
