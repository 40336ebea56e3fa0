import fc from 'fast-check';
import t from 'tap';
import { GIB, parseBytes, renderBytes } from '../core/bytes.js';
import { MEMORY_DIRECTIVES, parseMemoryValue, scaleMemoryValue } from './memory-value.js';

const read = (text: string) => parseMemoryValue(text, 24 * GIB, { path: 'x.service', line: 7, key: 'MemoryMax' });

t.test('bytes, infinity and shares of the host', async (t) => {
  t.equal(read('16G'), 16 * GIB);
  t.equal(read('infinity'), Number.POSITIVE_INFINITY);
  t.equal(read('50%'), 12 * GIB);
  t.equal(read('12.5%'), 3 * GIB);
  t.equal(read('100%'), 24 * GIB);
  t.equal(read('500‰'), 12 * GIB);
  t.equal(read('62.5‰'), 1.5 * GIB);
  t.equal(read('5000‱'), 12 * GIB);
  t.equal(read('33.33%') % 4096, 0, 'whole pages');
});

t.test('an invalid amount is an error with file and line', async (t) => {
  for (const text of ['lots', '101%', '-1', '12GB', '1.234%', '1.55‰', '1.5‱', '1000.1‰', '%']) {
    t.throws(() => read(text), { code: 'MEMORY_VALUE', message: /^x\.service:7: MemoryMax=/ }, text);
  }
});

t.test('scaling divides bytes to whole pages and keeps other values', async (t) => {
  t.equal(scaleMemoryValue('12G', 8, 24 * GIB), '1536M');
  t.equal(scaleMemoryValue('10001', 1, 24 * GIB), '8K');
  t.equal(scaleMemoryValue('16K', 8, 24 * GIB), '4K', 'a limit does not become zero');
  t.equal(scaleMemoryValue('50%', 8, 24 * GIB), '1536M', 'a share of the real host');
  for (const text of ['', 'infinity', 'lots', '0']) t.equal(scaleMemoryValue(text, 8, 24 * GIB), text, text);
});

t.test('a scaled amount is exact to a page', async () => {
  fc.assert(
    fc.property(fc.integer({ min: 2 ** 18, max: 2 ** 45 }), fc.integer({ min: 1, max: 64 }), (bytes, scale) => {
      const left = bytes / scale - parseBytes(scaleMemoryValue(renderBytes(bytes), scale, GIB));
      return left >= 0 && left < 4096;
    }),
  );
});

t.test('directives with counts are not memory directives', async (t) => {
  t.ok(MEMORY_DIRECTIVES.has('StartupMemoryMax') && MEMORY_DIRECTIVES.has('DefaultMemoryLow'));
  t.notOk(MEMORY_DIRECTIVES.has('TasksMax') || MEMORY_DIRECTIVES.has('LimitAS'));
});
