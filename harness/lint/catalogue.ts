import type { Rule } from './rule.js';
import { brim, earlyoomBlind, highAboveMax, softBand, softLimit } from './rules/band.js';
import { bundleKey, bundleManifest, servingUnitMissing } from './rules/bundle.js';
import * as caps from './rules/caps.js';
import { legacyLimit, unknownDirective, wrongSection } from './rules/directives.js';
import * as docker from './rules/docker.js';
import * as dropIns from './rules/drop-ins.js';
import * as earlyoom from './rules/earlyoom.js';
import * as files from './rules/files.js';
import * as kills from './rules/kills.js';
import * as odd from './rules/odd-limits.js';
import { badValue } from './rules/values.js';

/** All rules, in the order of the page. */
export const RULES: readonly Rule[] = [
  softBand,
  softLimit,
  highAboveMax,
  brim,
  earlyoomBlind,
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
  odd.tinyLimit,
  odd.protectionUnbacked,
  kills.oomPolicy,
  kills.panePolicy,
  kills.sessionPolicy,
  kills.unkillable,
  kills.preferredVictim,
  kills.oomdNoSwap,
  kills.oomdTakesServer,
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
  badValue,
  unknownDirective,
  wrongSection,
  legacyLimit,
  files.unitSyntax,
  files.serviceSection,
  dropIns.dropInIgnored,
  dropIns.dropInUnused,
  files.unreadableFile,
  files.linkCircle,
  bundleManifest,
  bundleKey,
  servingUnitMissing,
];
