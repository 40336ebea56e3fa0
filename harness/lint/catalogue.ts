import { CONTAINER_CHECKS } from './containers/checks.js';
import type { Rule } from './rule.js';
import { brim, earlyoomBlind, highAboveMax, softBand, softLimit } from './rules/band.js';
import { bundleKey, bundleManifest, servingUnitMissing } from './rules/bundle.js';
import * as caps from './rules/caps.js';
import * as containers from './rules/containers.js';
import { legacyLimit, unknownDirective, wrongSection } from './rules/directives.js';
import * as docker from './rules/docker.js';
import * as dropIns from './rules/drop-ins.js';
import * as earlyoom from './rules/earlyoom.js';
import * as files from './rules/files.js';
import * as kills from './rules/kills.js';
import * as kubernetes from './rules/kubernetes.js';
import * as odd from './rules/odd-limits.js';
import * as oomd from './rules/oomd.js';
import { payloadElsewhere } from './rules/payload.js';
import * as quadlets from './rules/quadlets.js';
import { startupLimit } from './rules/startup.js';
import { badValue } from './rules/values.js';

const OWN: readonly Rule[] = [
  softBand,
  softLimit,
  highAboveMax,
  brim,
  earlyoomBlind,
  startupLimit,
  caps.noCap,
  caps.maxNearRam,
  caps.capsOverRam,
  caps.swapAllowed,
  caps.sliceUncapped,
  dropIns.capUndone,
  dropIns.capConflict,
  odd.limitAboveParent,
  odd.unknownMemory,
  odd.rootLimit,
  payloadElsewhere,
  odd.tinyLimit,
  odd.protectionUnbacked,
  kills.oomPolicy,
  kills.panePolicy,
  kills.sessionPolicy,
  kills.unkillable,
  kills.preferredVictim,
  oomd.oomdNoSwap,
  oomd.oomdTakesServer,
  oomd.oomdNoAccounting,
  earlyoom.preferServer,
  earlyoom.patternDead,
  earlyoom.escapeEaten,
  earlyoom.patternInvalid,
  earlyoom.swapThreshold,
  docker.dockerParent,
  docker.dockerParentName,
  docker.dockerParentUncapped,
  docker.dockerSettings,
  docker.dockerDriver,
  containers.containerUncapped,
  containers.containerRefused,
  containers.containerIgnored,
  containers.memoryVolume,
  containers.staysDown,
  kubernetes.kubeletSettings,
  kubernetes.kubeletEviction,
  kubernetes.kubeletDriver,
  badValue,
  unknownDirective,
  wrongSection,
  legacyLimit,
  files.unitSyntax,
  files.serviceSection,
  dropIns.dropInIgnored,
  dropIns.dropInUnused,
  quadlets.quadletRefused,
  quadlets.podLimitElsewhere,
  files.unreadableFile,
  files.linkCircle,
  bundleManifest,
  bundleKey,
  servingUnitMissing,
];

/** A rule about units that has the same fault in containers to find, in the words of their files. */
function withContainers(rule: Rule): Rule {
  const more = CONTAINER_CHECKS[rule.id];
  if (!more) return rule;
  return {
    ...rule,
    containerSource: more.source,
    *check(scene) {
      yield* rule.check(scene);
      for (const sighting of more.check(scene)) yield { ...sighting, source: more.source };
    },
  };
}

/** All rules, in the order of the page. */
export const RULES: readonly Rule[] = OWN.map(withContainers);
