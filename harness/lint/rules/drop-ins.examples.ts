import { bundle, type ExamplesOf, files, GOOD, service, slice, UNITS } from '../../testing/rule-examples.js';
import type * as rules from './drop-ins.js';

export const examples: ExamplesOf<typeof rules> = {
  capUndone: {
    bad: [
      {
        tree: bundle(GOOD, { [`${UNITS}/a.service.d/x.conf`]: '[Service]\nMemoryMax=infinity\n' }),
        at: `${UNITS}/a.service.d/x.conf:2`,
        says: /undoes MemoryMax=16G of .*a\.service:3/,
      },
      { tree: bundle(GOOD, { [`${UNITS}/service.d/x.conf`]: '[Service]\nMemoryMax=\n' }) },
      { tree: bundle(GOOD, { 'usr/lib/systemd/system/a.service.d/x.conf': '[Service]\nMemoryMax=\n' }) },
    ],
    good: [
      { tree: bundle(GOOD, { [`${UNITS}/a.service.d/x.conf`]: '[Service]\nMemoryMax=\nMemoryMax=8G\n' }) },
      {
        tree: bundle(GOOD, {
          'usr/lib/systemd/system/a.service.d/x.conf': '[Service]\nMemoryMax=\n',
          [`${UNITS}/a.service.d/x.conf`]: '-> /dev/null',
        }),
      },
    ],
  },
  capConflict: {
    bad: [
      {
        tree: bundle(GOOD, {
          [`${UNITS}/a.service.d/10.conf`]: '[Service]\nMemoryMax=8G\n',
          [`${UNITS}/a.service.d/20.conf`]: '[Service]\nMemoryMax=9G\n',
        }),
        at: `${UNITS}/a.service.d/20.conf:2`,
      },
      {
        tree: files({
          [`${UNITS}/a.service.d/10.conf`]: '[Service]\nMemoryMax=50%\n',
          [`${UNITS}/a.service.d/20.conf`]: '[Service]\nMemoryMax=70%\n',
        }),
      },
    ],
    good: [
      {
        tree: files({
          [`${UNITS}/a.service.d/10.conf`]: '[Service]\nMemoryMax=50%\n',
          [`${UNITS}/a.service.d/20.conf`]: '[Service]\nMemoryMax=500‰\n',
        }),
      },
      { tree: bundle(GOOD, { [`${UNITS}/a.service.d/10.conf`]: '[Service]\nMemoryMax=8G\n' }) },
    ],
  },
  dropInIgnored: {
    bad: [{ tree: files({ [`${UNITS}/a.service.d/50-memory`]: '[Service]\nMemoryMax=1G\n' }) }],
    good: [{ tree: files({ [`${UNITS}/a.service.d/README`]: 'see the wiki\n' }) }],
  },
  dropInUnused: {
    bad: [
      { tree: files({ [`${UNITS}/a-b@.service`]: service(''), [`${UNITS}/a-b.service.d/x.conf`]: service('') }) },
      {
        tree: files({ [`${UNITS}/a-b@.service`]: service(''), [`${UNITS}/system-a-b.slice.d/x.conf`]: slice('') }),
        says: /their slice is system-a\\x2db\.slice/,
      },
    ],
    good: [
      { tree: files({ [`${UNITS}/a-b@.service`]: service(''), [`${UNITS}/a-b@.service.d/x.conf`]: service('') }) },
      {
        tree: files({ [`${UNITS}/a-b@.service`]: service(''), [`${UNITS}/system-a\\x2db.slice.d/x.conf`]: slice('') }),
      },
    ],
  },
};
