import { composeTree } from '../../testing/lint.js';
import { A, bundle, type ExamplesOf, files, GOOD, slice, UNITS } from '../../testing/rule-examples.js';
import type * as rules from './oomd.js';

export const examples: ExamplesOf<typeof rules> = {
  oomdNoSwap: {
    bad: [
      { tree: bundle(GOOD, { [`${UNITS}/user-.slice.d/o.conf`]: slice('ManagedOOMMemoryPressure=kill') }) },
      { tree: bundle(GOOD, { [`${UNITS}/-.slice.d/o.conf`]: slice('ManagedOOMSwap=kill') }), says: /never acts/ },
    ],
    good: [
      {
        tree: bundle(
          GOOD,
          { [`${UNITS}/work.slice`]: slice('MemoryMax=1G\nManagedOOMMemoryPressure=kill') },
          { swap: '1G' },
        ),
      },
      { tree: bundle(GOOD, { [`${UNITS}/system.slice`]: slice('ManagedOOMMemoryPressure=kill') }) },
      { tree: bundle(`${GOOD}\nManagedOOMMemoryPressure=kill`) },
    ],
  },
  oomdTakesServer: {
    bad: [
      {
        tree: bundle(GOOD, { [`${UNITS}/system.slice`]: slice('ManagedOOMMemoryPressure=kill') }),
        says: /below system\.slice, and a\.service is one of them/,
      },
      { tree: bundle(`${GOOD}\nManagedOOMMemoryPressure=kill`), at: `${A}:6`, says: /a\.service, as a whole/ },
      ...['-.slice', 'system.slice'].map((name) => ({
        tree: bundle('MemoryMax=8G', { [`${UNITS}/${name}.d/o.conf`]: slice('ManagedOOMSwap=kill') }, { swap: '8G' }),
        at: `${UNITS}/${name}.d/o.conf:2`,
        says: /swapped the most below .*, and a\.service may swap/,
      })),
      { tree: bundle('ManagedOOMSwap=kill', {}, { swap: '8G' }), says: /a\.service, as a whole/ },
    ],
    good: [
      { tree: bundle(GOOD, { [`${UNITS}/user-.slice.d/o.conf`]: slice('ManagedOOMMemoryPressure=kill') }) },
      { tree: bundle(GOOD, { [`${UNITS}/-.slice.d/o.conf`]: slice('ManagedOOMSwap=kill') }, { swap: '8G' }) },
      {
        tree: bundle(`${GOOD}\nManagedOOMPreference=omit`, {
          [`${UNITS}/system.slice`]: slice('ManagedOOMMemoryPressure=kill'),
        }),
      },
    ],
  },
  oomdNoAccounting: {
    bad: [
      {
        tree: composeTree({
          'etc/systemd/system.conf': '[Manager]\nDefaultMemoryAccounting=no\n',
          [`${UNITS}/system.slice.d/o.conf`]: slice('ManagedOOMMemoryPressure=kill'),
        }),
        at: `${UNITS}/system.slice.d/o.conf:2`,
        says: /DefaultMemoryAccounting=no at etc\/systemd\/system\.conf:2/,
      },
      { tree: files({ [`${UNITS}/work.slice`]: slice('MemoryAccounting=off\nManagedOOMSwap=kill') }) },
    ],
    good: [
      {
        tree: composeTree({
          'etc/systemd/system.conf': '[Manager]\nDefaultMemoryAccounting=no\n',
          [`${UNITS}/system.slice.d/o.conf`]: slice('ManagedOOMMemoryPressure=kill\nMemoryMax=9G'),
        }),
      },
      {
        tree: composeTree({
          'etc/systemd/system.conf': '[Manager]\nDefaultMemoryAccounting=no\n',
          [`${UNITS}/system.slice.d/o.conf`]: slice('ManagedOOMMemoryPressure=auto'),
        }),
      },
      { tree: files({ [`${UNITS}/work.slice`]: slice('MemoryAccounting=yes\nManagedOOMSwap=kill') }) },
    ],
  },
};
