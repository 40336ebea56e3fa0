import t from 'tap';
import { GIB, MIB } from '../core/bytes.js';
import { roundToInstalled } from './installed-memory.js';

t.test('a host has the next common size of memory', (t) => {
  for (const [total, installed] of [
    [31.3 * GIB, 32 * GIB],
    [3.84 * GIB, 4 * GIB],
    [955 * MIB, GIB],
    [474 * MIB, 512 * MIB],
    [403 * MIB, 448 * MIB],
    [226 * MIB, 256 * MIB],
  ] as const)
    t.equal(roundToInstalled(total), installed);
  t.end();
});
