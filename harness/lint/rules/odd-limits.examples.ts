import { composeTree } from '../../testing/lint.js';
import { bundle, type ExamplesOf, GOOD, slice, UNITS } from '../../testing/rule-examples.js';
import type * as rules from './odd-limits.js';

export const examples: ExamplesOf<typeof rules> = {
  limitAboveParent: {
    bad: [
      {
        tree: bundle(GOOD, { [`${UNITS}/system.slice`]: slice('MemoryMax=8G') }),
        says: /above MemoryMax=8G of system\.slice/,
      },
    ],
    good: [
      { tree: bundle(GOOD, { [`${UNITS}/system.slice`]: slice('MemoryMax=20G') }) },
      // Its unit file may name another slice, as user@.service does.
      {
        tree: composeTree({
          [`${UNITS}/b.service.d/x.conf`]: '[Service]\nMemoryMax=9G\n',
          [`${UNITS}/system.slice`]: slice('MemoryMax=8G'),
        }),
      },
    ],
  },
  rootLimit: {
    bad: [
      {
        tree: bundle(GOOD, { [`${UNITS}/-.slice.d/x.conf`]: slice('MemoryMax=20G') }),
        at: `${UNITS}/-.slice.d/x.conf:2`,
      },
    ],
    good: [{ tree: bundle(GOOD, { [`${UNITS}/-.slice.d/x.conf`]: slice('MemoryMax=infinity') }) }],
  },
  tinyLimit: {
    bad: [{ tree: bundle('MemoryMax=16'), says: /is 16B/ }],
    good: [{ tree: bundle(GOOD) }],
  },
  protectionUnbacked: {
    bad: [{ tree: bundle(`${GOOD}\nMemoryMin=256M`), says: /system\.slice has no MemoryMin/ }],
    good: [
      { tree: bundle(`${GOOD}\nMemoryMin=256M`, { [`${UNITS}/system.slice`]: slice('MemoryMin=1G') }) },
      {
        tree: bundle(`${GOOD}\nSlice=x-y.slice\nMemoryMin=1M`, {
          [`${UNITS}/x.slice`]: slice('MemoryMin=1G\nDefaultMemoryMin=1G'),
        }),
      },
      { tree: bundle(`${GOOD}\nMemoryMin=0`) },
      { tree: bundle(`${GOOD}\nMemoryMin=1G`, { [`${UNITS}/system.slice`]: slice('MemoryMax=20G') }) },
    ],
  },
};
