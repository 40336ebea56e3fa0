import { A, bundle, type ExamplesOf, files, GOOD, slice, UNITS } from '../../testing/rule-examples.js';
import type * as rules from './directives.js';

export const examples: ExamplesOf<typeof rules> = {
  unknownDirective: {
    bad: [
      { tree: bundle('MemoryMaxx=1G'), says: /did you mean MemoryMax=\?/ },
      { tree: bundle('memorymax=1G'), says: /did you mean MemoryMax=\?/ },
      { tree: bundle('DefaultMemoryMax=1G'), says: /does not know DefaultMemoryMax=/ },
      { tree: bundle('StartupMemoryMin=1G') },
      {
        tree: bundle('EffectiveMemoryMax=3G'),
        says: /^systemd does not know EffectiveMemoryMax=: it only shows/,
        fixes: /^Set MemoryMax=\.$/,
      },
      ...['EffectiveMemoryHigh', 'MemoryCurrent', 'MemoryPeak', 'MemorySwapPeak'].map((key) => ({
        tree: bundle(`${key}=1G`),
        says: new RegExp(`know ${key}=: it only shows`),
      })),
      { tree: bundle('OOMPolcy=continue') },
      ...[
        ['OOMScoreAdj', 'OOMScoreAdjust'],
        ['MemorySwap', 'MemorySwapMax'],
        ['MemoryMaximum', 'MemoryMax'],
        ['MemMax', 'MemoryMax'],
        ['memSwapMax', 'MemorySwapMax'],
        ['ManagedOOMMemory', 'ManagedOOMMemoryPressure'],
        ['ManagedOOMMemoryPressurePercent', 'ManagedOOMMemoryPressure'],
      ].map(([key, meant]) => ({
        tree: bundle(`${key}=1G`),
        says: new RegExp(`know ${key}=; did you mean ${meant}=`),
      })),
      ...['Memory', 'MemoryHardLimit', 'OOMKill', 'ManagedOOM'].map((key) => ({
        tree: bundle(`${key}=1G`),
        says: new RegExp(`^systemd does not know ${key}=\\.$`),
      })),
    ],
    good: [
      { tree: bundle('MemoryAccounting=yes\nMemoryDenyWriteExecute=yes\nX-Mem=1') },
      { tree: bundle('LimitMEMLOCK=1G\nOOMRules=x') },
      { tree: bundle('MemoryKSM=yes') },
    ],
  },
  wrongSection: {
    bad: [
      { tree: bundle('[Unit]\nMemoryMax=1G'), at: `${A}:4` },
      { tree: files({ [`${UNITS}/user-.slice.d/x.conf`]: '[Service]\nMemoryMax=1G\n' }), says: /in \[Service\]/ },
      { tree: files({ [`${UNITS}/x.slice`]: slice('OOMPolicy=continue') }), says: /A slice has no OOMPolicy=/ },
      { tree: files({ [`${UNITS}/x.timer`]: '[Timer]\nMemoryMax=1G\n' }), says: /A timer has no MemoryMax=/ },
      ...['Slice', 'Scope'].map((section) => ({
        tree: files({ [`${UNITS}/x.${section.toLowerCase()}`]: `[${section}]\nOOMScoreAdjust=500\n` }),
        says: /A s\w+ has no OOMScoreAdjust=/,
      })),
      ...['Socket', 'Mount', 'Swap'].map((section) => ({
        tree: files({ [`${UNITS}/x.${section.toLowerCase()}.d/x.conf`]: `[${section}]\nOOMPolicy=continue\n` }),
        says: /has no OOMPolicy=/,
      })),
    ],
    good: [
      ...['Socket', 'Mount', 'Swap'].map((section) => ({
        tree: files({
          [`${UNITS}/x.${section.toLowerCase()}.d/x.conf`]: `[${section}]\nMemoryMax=1G\nOOMScoreAdjust=0\n`,
        }),
      })),
      { tree: files({ [`${UNITS}/x.scope`]: '[Scope]\nMemoryMax=1G\nOOMPolicy=continue\n' }) },
      { tree: bundle(GOOD) },
      { tree: bundle(`${GOOD}\n[X-Own]\nMemoryMax=1G`) },
    ],
  },
  legacyLimit: {
    bad: [{ tree: bundle('MemoryLimit=1G') }],
    good: [{ tree: bundle('MemoryLimit=infinity') }],
  },
};
