import { composeTree } from '../../testing/lint.js';
import { A, bundle, type ExamplesOf, files, GOOD, service, slice, UNITS } from '../../testing/rule-examples.js';
import type * as rules from './kills.js';

export const examples: ExamplesOf<typeof rules> = {
  oomPolicy: {
    bad: [
      { tree: bundle('MemoryMax=1G'), at: `${A}:3`, says: /which means stop/ },
      { tree: bundle('MemoryMax=1G\nOOMPolicy=kill'), at: `${A}:4`, says: /kills the whole unit/ },
      { tree: bundle(''), says: /no MemoryMax and no OOMPolicy=/ },
      { tree: composeTree({ 'etc/systemd/user/tmux-spawn-.scope.d/x.conf': '[Scope]\nMemoryMax=1G\n' }) },
      { tree: files({ [`${UNITS}/b.service.d/x.conf`]: '[Service]\nMemoryMax=1G\nOOMPolicy=stop\n' }) },
      { tree: bundle('MemoryMax=1G\nDelegate=no') },
      { tree: bundle('MemoryMax=1G\nDelegate=No') },
    ],
    good: [
      { tree: bundle(GOOD) },
      // systemd ignores an empty value here.
      { tree: bundle(`${GOOD}\nOOMPolicy=`) },
      { tree: bundle('MemoryMax=1G\nDelegate=yes') },
      { tree: bundle('MemoryMax=1G', { 'etc/systemd/system.conf': '[Manager]\nDefaultOOMPolicy=continue\n' }) },
      { tree: files({ [A]: service('MemoryMax=1G\nTasksMax=10') }) },
      { tree: files({ [A]: service('MemoryMax=1G\nType=oneshot') }) },
      { tree: files({ [`${UNITS}/docker.service.d/x.conf`]: '[Service]\nMemoryMax=1G\n' }) },
    ],
  },
  panePolicy: {
    bad: [{ tree: bundle(GOOD), at: 'bundle.json' }],
    good: [
      { tree: bundle(GOOD, { 'etc/systemd/user/tmux-spawn-.scope.d/x.conf': '[Scope]\nOOMPolicy=continue\n' }) },
      { tree: bundle(GOOD, { 'etc/systemd/user.conf.d/x.conf': '[Manager]\nDefaultOOMPolicy=continue\n' }) },
      { tree: files({ [A]: service(GOOD) }) },
    ],
  },
  sessionPolicy: {
    bad: [
      {
        tree: bundle(GOOD, { 'etc/systemd/system.conf.d/o.conf': '[Manager]\nDefaultOOMPolicy=continue\n' }),
        at: 'etc/systemd/system.conf.d/o.conf:2',
      },
    ],
    good: [
      { tree: bundle(GOOD) },
      { tree: composeTree({ 'etc/systemd/system.conf': '[Manager]\nDefaultOOMPolicy=continue\n' }) },
    ],
  },
  unkillable: {
    bad: [{ tree: bundle(`${GOOD}\nOOMScoreAdjust=-1000`) }],
    good: [{ tree: bundle(`${GOOD}\nOOMScoreAdjust=-900`) }],
  },
  preferredVictim: {
    bad: [{ tree: bundle(`${GOOD}\nOOMScoreAdjust=200`) }],
    good: [{ tree: bundle(`${GOOD}\nOOMScoreAdjust=0`) }],
  },
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
};
