import { composeTree } from '../../testing/lint.js';
import { A, bundle, type ExamplesOf, files, GOOD, service, slice, UNITS } from '../../testing/rule-examples.js';
import type * as rules from './odd-limits.js';

export const examples: ExamplesOf<typeof rules> = {
  limitAboveParent: {
    bad: [
      {
        tree: bundle(GOOD, { [`${UNITS}/system.slice`]: slice('MemoryMax=8G') }),
        says: /above MemoryMax=8G of system\.slice/,
      },
      {
        tree: composeTree({ [A]: service('MemoryMax=50%'), [`${UNITS}/system.slice`]: slice('MemoryMax=4000‱') }),
        says: /MemoryMax=50% of a\.service lies above MemoryMax=4000‱ of system\.slice/,
      },
    ],
    good: [
      { tree: bundle(GOOD, { [`${UNITS}/system.slice`]: slice('MemoryMax=20G') }) },
      { tree: composeTree({ [A]: service('MemoryMax=50%'), [`${UNITS}/system.slice`]: slice('MemoryMax=2G') }) },
      // Its unit file may name another slice, as user@.service does.
      {
        tree: composeTree({
          [`${UNITS}/b.service.d/x.conf`]: '[Service]\nMemoryMax=9G\n',
          [`${UNITS}/system.slice`]: slice('MemoryMax=8G'),
        }),
      },
    ],
  },
  unknownMemory: {
    bad: [
      {
        tree: files({ [A]: service('MemoryHigh=2G\nMemoryMax=70%') }),
        at: `${A}:3`,
        says: /^Which is lower, MemoryHigh=2G or MemoryMax=70%, cannot be known without --memory \(a\.service\)\.$/,
      },
      {
        tree: composeTree({
          [A]: service('MemoryHigh=40%'),
          [`${UNITS}/system.slice.d/x.conf`]: slice('MemoryMax=8G'),
        }),
        says: /MemoryHigh=40% or MemoryMax=8G of system\.slice/,
      },
    ],
    good: [
      { tree: files({ [A]: service('MemoryHigh=50%\nMemoryMax=700‰') }) },
      { tree: files({ [A]: service('MemoryHigh=50%\nMemoryMax=infinity') }) },
      { tree: files({ [A]: service('MemoryHigh=2G\nMemoryMax=70%') }), host: { memory: 8 * 1024 ** 3 } },
      { tree: bundle('MemoryHigh=2G\nMemoryMax=70%') },
    ],
  },
  rootLimit: {
    bad: [
      {
        tree: bundle(GOOD, { [`${UNITS}/-.slice.d/x.conf`]: slice('MemoryMax=20G') }),
        at: `${UNITS}/-.slice.d/x.conf:2`,
      },
      {
        tree: files({ 'etc/systemd/user/-.slice.d/x.conf': slice('MemoryHigh=24G') }),
        says: /MemoryHigh=24G on -\.slice of a user's manager does nothing/,
      },
    ],
    good: [
      { tree: files({ 'etc/systemd/user/app.slice.d/x.conf': slice('MemoryMax=24G') }) },
      { tree: bundle(GOOD, { [`${UNITS}/-.slice.d/x.conf`]: slice('MemoryMax=infinity') }) },
    ],
  },
  tinyLimit: {
    bad: [{ tree: bundle('MemoryMax=16'), says: /is 16B/ }],
    good: [{ tree: bundle(GOOD) }],
  },
  protectionUnbacked: {
    bad: [
      { tree: bundle(`${GOOD}\nMemoryMin=256M`), says: /system\.slice has no MemoryMin/ },
      { tree: files({ [A]: service('MemoryMin=1M'), [`${UNITS}/system.slice`]: slice('CPUWeight=9') }) },
    ],
    good: [
      // What else its host has is unknown.
      { tree: files({ [A]: service('MemoryMin=128M') }) },
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
