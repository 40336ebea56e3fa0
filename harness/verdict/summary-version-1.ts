import { ifObject, type JsonObject, mapKey, ofEach, renameKeys } from '../core/format.js';

/** Brings a summary of version 1, `oomdrill.summary/1`, to today's names. */
export const upgradeSummary = (old: JsonObject): JsonObject => mapKey(old, 'runs', ofEach(upgradeRun));

/**
 * One drill of a summary, a map or a validation of version 1: `hogState`, `besideGapMs`, `usual`; all drills were of
 * memory hogs.
 */
export function upgradeRun(old: JsonObject): JsonObject {
  const missed = mapKey(old, 'missed', ofEach(upgradeMissed));
  const drifts = mapKey(missed, 'drifts', ofEach(upgradeDrift));
  // The first results had neither the bounds that were missed, nor whether the host had spoiled the drill.
  return { missed: [], spoiledByHost: false, ...mapKey(drifts, 'evidence', ifObject(upgradeEvidence)) };
}

/** A figure that drifts, of version 1. */
export const upgradeDrift = (old: JsonObject): JsonObject => renameKeys(old, { usual: 'previousMedian' });

const upgradeEvidence = (old: JsonObject): JsonObject => ({
  injected: { kind: 'memory hog', noun: 'hog' },
  ...renameKeys(old, { besideGapMs: 'sidecarGapMs', hogState: 'injectionState' }),
});

const upgradeMissed = (old: JsonObject): JsonObject =>
  mapKey(old, 'bound', (bound) => (bound === 'besideGapMs' ? 'sidecarGapMs' : bound));
