import { A, bundle, type ExamplesOf, files, GOOD, service } from '../../testing/rule-examples.js';
import type * as rules from './startup.js';

export const examples: ExamplesOf<typeof rules> = {
  startupLimit: {
    bad: [
      {
        tree: bundle(`${GOOD}\nStartupMemoryHigh=512M`),
        at: `${A}:6`,
        says: /^While the system starts up or shuts down, StartupMemoryHigh=512M lies below MemoryMax=16G, and/,
      },
      { tree: files({ [A]: service('StartupMemoryHigh=10%\nMemoryMax=20%\nMemorySwapMax=0') }), says: /^While/ },
      { tree: bundle('StartupMemoryHigh=1G'), says: /has no MemoryMax above it/, fixes: /^Set MemoryMax= first/ },
      {
        tree: files({ [A]: service('MemoryHigh=280M\nStartupMemoryHigh=300M') }),
        at: `${A}:4`,
        says: /^StartupMemoryHigh=300M of a\.service applies only while the system starts up or shuts down\.$/,
      },
      // The unit may swap.
      { tree: bundle('MemoryMax=16G\nStartupMemoryHigh=1G', {}, { swap: '4G' }), says: / appl(?:y|ies) only while/ },
      // Which is lower is not known.
      {
        tree: files({ [A]: service('StartupMemoryHigh=1G\nMemoryMax=20%\nMemorySwapMax=0') }),
        says: / appl(?:y|ies) only while/,
      },
      { tree: bundle(`${GOOD}\nStartupMemoryMax=20G\nStartupMemoryHigh=20G`), says: / appl(?:y|ies) only while/ },
    ],
    good: [{ tree: bundle(GOOD) }, { tree: bundle(`${GOOD}\nStartupMemoryHigh=1G\nStartupMemoryHigh=`) }],
  },
};
