import t from 'tap';
import { composeTree } from '../testing/lint.js';
import { service, slice, UNITS } from '../testing/rule-examples.js';
import type { Finding } from './finding.js';
import { lintTree } from './lint.js';
import { mergeRepeats } from './repeats.js';

const finding = (message: string, line: number | null = 3, rule = 'r'): Finding => ({
  rule,
  severity: 'error',
  path: 'x.slice',
  line,
  message,
  why: '',
  source: '',
  fix: '',
});

t.test('what is true of a slice and of the units below it is one finding', async (t) => {
  const tree = composeTree({
    [`${UNITS}/video.slice`]: slice('MemoryHigh=1G\nMemoryMax=2G\nMemorySwapMax=0'),
    [`${UNITS}/web.service`]: service('Slice=video.slice\nOOMPolicy=continue'),
    [`${UNITS}/encode.service`]: service('Slice=video.slice\nOOMPolicy=continue'),
  });
  const bands = lintTree(tree).findings.filter(({ rule }) => rule === 'soft-band');
  t.same(
    bands.map(({ line, message }) => [line, message]),
    [
      [
        2,
        'MemoryHigh=1G lies below MemoryMax=2G: a band of 1G, and video.slice may not swap. The same is true of encode.service and web.service.',
      ],
    ],
  );
});

t.test('hundreds of units are counted', async (t) => {
  const all = Array.from({ length: 300 }, (_, index) => finding(`a${index}.service has no cap.`));
  t.same(
    mergeRepeats(all).map(({ message }) => message),
    ['a0.service has no cap. The same is true of a1.service, a10.service, a100.service and 296 more units.'],
  );
});

t.test('what differs in more than the unit stays apart', async (t) => {
  const apart = [
    finding('a.service has MemoryMax=1G.'),
    finding('a.service has MemoryMax=2G.'),
    finding('b.service has MemoryMax=1G.', 4),
    finding('b.service has MemoryMax=1G.', null),
    finding('b.service has MemoryMax=1G.', 3, 'other'),
  ];
  t.same(mergeRepeats(apart), apart);
});

t.test('the same finding twice is one', async (t) => {
  t.same(mergeRepeats([finding('a.service is odd.'), finding('a.service is odd.')]), [finding('a.service is odd.')]);
});
