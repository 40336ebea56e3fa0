import {
  A,
  bundle,
  type ExamplesOf,
  earlyoom,
  files,
  GOOD,
  service,
  slice,
  UNITS,
} from '../../testing/rule-examples.js';
import type * as rules from './band.js';

export const examples: ExamplesOf<typeof rules> = {
  softBand: {
    bad: [
      {
        tree: bundle(`MemoryHigh=12G\n${GOOD}`),
        at: `${A}:3`,
        says: /band of 4G, and a\.service may not swap/,
        fixes: /^Remove MemoryHigh/,
      },
      {
        tree: bundle('MemoryHigh=12G\nOOMPolicy=continue'),
        says: /^MemoryHigh=12G has no MemoryMax above it, and a\.service has no swap\.$/,
        fixes: /^Set MemoryMax= first, and then remove MemoryHigh/,
      },
      {
        tree: bundle(GOOD, { [`${UNITS}/system.slice.d/x.conf`]: slice('MemoryHigh=8G') }),
        at: `${UNITS}/system.slice.d/x.conf:2`,
      },
      {
        tree: files({ [A]: service('MemoryHigh=50%\nMemoryMax=700‰\nMemorySwapMax=0') }),
        says: /^MemoryHigh=50% lies below MemoryMax=700‰, and/,
      },
    ],
    good: [
      { tree: bundle(GOOD) },
      { tree: bundle(`MemoryHigh=infinity\n${GOOD}`) },
      { tree: bundle(`MemoryHigh=12G\n${GOOD}`, { [`${UNITS}/a.service.d/x.conf`]: '[Service]\nMemoryHigh=\n' }) },
      { tree: bundle(`MemoryHigh=16G\n${GOOD}`) },
      { tree: files({ [A]: service('MemoryHigh=50%\nMemoryMax=500‰\nMemorySwapMax=0') }) },
      // Which of the two is lower depends on the host's memory.
      { tree: files({ [A]: service(`MemoryHigh=50%\n${GOOD}`) }) },
      {
        tree: files({ [A]: service(`MemoryHigh=1G\n${GOOD}`), [`${UNITS}/system.slice`]: slice('MemoryMax=50%') }),
      },
    ],
  },
  softLimit: {
    bad: [
      { tree: bundle('MemoryHigh=12G\nMemoryMax=16G\nOOMPolicy=continue', {}, { swap: '4G' }), at: `${A}:3` },
      {
        tree: files({ [A]: service('MemoryHigh=1G') }),
        says: /^MemoryHigh=1G has no MemoryMax above it on a\.service\.$/,
        fixes: /^Set MemoryMax= first/,
      },
    ],
    good: [{ tree: bundle(`MemoryHigh=12G\n${GOOD}`, {}, { swap: '4G' }) }],
  },
  highAboveMax: {
    bad: [
      { tree: bundle(`MemoryHigh=20G\n${GOOD}`), at: `${A}:3`, says: /above MemoryMax=16G/ },
      { tree: bundle(`MemoryHigh=16G\n${GOOD}`), says: /lies at/ },
      { tree: files({ [A]: service('MemoryMax=50%\nMemoryHigh=50%') }), says: /lies at/ },
      { tree: files({ [A]: service('MemoryMax=50%\nMemoryHigh=5001‱') }), says: /lies above/ },
    ],
    good: [
      { tree: files({ [A]: service('MemoryMax=50%\nMemoryHigh=9G') }) },
      { tree: bundle(`MemoryHigh=12G\n${GOOD}`) },
    ],
  },
  brim: {
    bad: [{ tree: bundle(GOOD), at: `${A}:3` }],
    good: [{ tree: bundle('MemoryMax=4G', {}, { swap: '1G' }) }, { tree: files({ [A]: service(GOOD) }) }],
  },
  earlyoomBlind: {
    bad: [
      { tree: bundle(`MemoryHigh=12G\n${GOOD}`, earlyoom('')) },
      { tree: bundle(`MemoryHigh=12G\n${GOOD}`, {}, { sidecars: [{ unit: 'earlyoom.service' }] }) },
    ],
    good: [{ tree: bundle(`MemoryHigh=12G\n${GOOD}`) }, { tree: bundle(GOOD, earlyoom('')) }],
  },
};
