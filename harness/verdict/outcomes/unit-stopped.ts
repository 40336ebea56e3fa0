import { nameInjected } from '../injected.js';
import type { OutcomeDefinition } from './definition.js';

/** systemd ended or restarted a whole unit. */
export const unitStopped: OutcomeDefinition = {
  badness: 5,
  zone: 'harmed',
  sentence: (evidence) => `the whole server was stopped or restarted because of one ${nameInjected(evidence).kind}`,
  manual: {
    meaning: 'systemd stopped or restarted the unit, so that one kill ended all that was in it',

    evidence:
      "the unit is not `active`, was restarted, has another main process, or `Result=oom-kill`; or systemd stopped the hog's own unit (the scope of a pane or a session)",
    usualCauses: '`OOMPolicy=stop`, which is the default: one OOM kill in the unit ends the unit',
  },
  reasonsFor: ({ parties: { before, after, placesAfter } }) => {
    if (!before || !after) return [];
    const reasons: string[] = [];
    for (const { unit, activeState, result } of [...placesAfter, after])
      if (activeState !== 'active') reasons.push(`systemd shows ${unit} as ${activeState} (Result=${result}).`);
    const isActive = after.activeState === 'active';
    if (isActive && after.result === 'oom-kill')
      reasons.push(`systemd ended ${after.unit} because of an OOM kill (Result=oom-kill).`);
    if (after.nRestarts > before.nRestarts)
      reasons.push(`systemd restarted ${after.unit} (NRestarts ${before.nRestarts} -> ${after.nRestarts}).`);
    if (isActive && after.mainPid !== before.mainPid)
      reasons.push(`The server is now another process: PID ${before.mainPid} -> ${after.mainPid}.`);
    return reasons;
  },
};
