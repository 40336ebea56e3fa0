import { A, bundle, type ExamplesOf } from '../../testing/rule-examples.js';
import type * as rules from './values.js';

export const examples: ExamplesOf<typeof rules> = {
  badValue: {
    bad: [
      ...['12GB', '-1', '110%', '1g', '"1G"', 'lots', '16\u00a0G', '20E'].map((text) => ({
        tree: bundle(`MemoryMax=${text}`),
        at: `${A}:3`,
        says: /is not an amount/,
      })),
      { tree: bundle('MemoryMax=1G # cap'), says: /a comment needs a line of its own/ },
      { tree: bundle('MemoryMax=0'), says: /is not a limit/ },
      { tree: bundle('OOMPolicy=maybe'), says: /is not a value that/ },
      { tree: bundle('ManagedOOMMemoryPressureLimit=20') },
      { tree: bundle('ManagedOOMMemoryPressureLimit=12.55‰') },
    ],
    good: [
      { tree: bundle('MemoryMax=50%\nMemoryMin=0\nMemorySwapMax=0\nMemoryHigh=infinity\nMemoryLow=12.5%\nMemoryMax=') },
      { tree: bundle('MemoryMax=1.5G\nManagedOOMMemoryPressureLimit=20%\nOOMScoreAdjust=-1000') },
      { tree: bundle('MemoryMax=12.5‰\nManagedOOMMemoryPressureLimit=12.5‰') },
      { tree: bundle('MemoryMax=1.G\nMemoryHigh=+1G\nOOMScoreAdjust=+0500') },
    ],
  },
};
