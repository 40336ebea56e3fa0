import { nameInjected } from '../injected.js';
import { asSentence, describeKills, joinKills } from '../kill-sentences.js';
import type { OutcomeDefinition } from './definition.js';

/** systemd, or another supervisor, ended or restarted a whole unit. */
export const unitStopped: OutcomeDefinition = {
  badness: 6,
  zone: 'harmed',
  sentence: (evidence) => {
    const { serverPidBefore, serverPidAfter, kills } = evidence;
    // A server that kept its process was not stopped: it was the unit of the hog.
    const isServer = serverPidBefore !== serverPidAfter || serverPidAfter === null;
    const what = isServer ? 'the whole server was stopped or restarted' : 'a whole unit was stopped or restarted';
    const killed = kills && kills.length > 0 ? `: ${joinKills(kills)}` : '';
    return `${what} because of one ${nameInjected(evidence).kind}${killed}`;
  },
  manual: {
    meaning: 'systemd stopped or restarted the unit, so that one kill ended all that was in it',

    evidence:
      "the unit is not `active`, was restarted, has another main process, or `Result=oom-kill`; or systemd stopped the hog's own unit (the scope of a pane or a session)",
    usualCauses:
      '`OOMPolicy=stop`, which is the default: one OOM kill in the unit ends the unit; or a second kill, of the server, while the memory of the first victim was not free yet ([kernels from 7.0 on](guests.md#a-second-kill-on-newer-kernels))',
  },
  reasonsFor: ({ parties: { before, after, placesAfter, deaths } }) => {
    if (!before || !after) return [];
    const reasons: string[] = [];
    for (const { unit, supervisor = 'systemd', activeState, result } of [...placesAfter, after])
      if (activeState !== 'active') reasons.push(`${supervisor} shows ${unit} as ${activeState} (Result=${result}).`);
    const { supervisor = 'systemd' } = after;
    const isActive = after.activeState === 'active';
    if (isActive && after.result === 'oom-kill')
      reasons.push(`systemd ended ${after.unit} because of an OOM kill (Result=oom-kill).`);
    if (after.nRestarts > before.nRestarts)
      reasons.push(`${supervisor} restarted ${after.unit} (NRestarts ${before.nRestarts} -> ${after.nRestarts}).`);
    if (isActive && after.mainPid !== before.mainPid)
      reasons.push(`The server is now another process: PID ${before.mainPid} -> ${after.mainPid}.`);
    if (reasons.length > 0) reasons.push(...describeKills(deaths ?? []).map(asSentence));
    return reasons;
  },
};
