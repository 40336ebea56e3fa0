import { ifObject, type JsonObject, mapKey, ofEach, renameKeys } from '../core/format.js';
import { upgradeDrift, upgradeRun } from '../verdict/summary-version-1.js';

// Documents of version 1 in today's names.

/** `oomdrill.map/1`: its sizes were `looks` at a `place`, and a server in no trouble was `well`. */
export function upgradeMap(old: JsonObject): JsonObject {
  const points = mapKey(renameKeys(old, { looks: 'points' }), 'points', ofEach(upgradePoint));
  return mapKey(points, 'drifts', ofEach(upgradeDrift));
}

const upgradePoint = (old: JsonObject): JsonObject => {
  const zone = mapKey(renameKeys(old, { place: 'sizeBytes' }), 'zone', (zone) => (zone === 'well' ? 'healthy' : zone));
  return mapKey(zone, 'run', ifObject(upgradeRun));
};

/** `oomdrill.sweep/1`: maps of version 1. */
export const upgradeSweep = (old: JsonObject): JsonObject =>
  mapKey(
    old,
    'rows',
    ofEach((row) => mapKey(row, 'map', ifObject(upgradeMap))),
  );

/** `oomdrill.lint/1`: what is to be done about a finding was its `mend`. */
export function upgradeLintReport(old: JsonObject): JsonObject {
  return mapKey(mapKey(old, 'findings', ofEach(upgradeFinding)), 'suppressed', ofEach(upgradeFinding));
}

const upgradeFinding = (old: JsonObject): JsonObject => renameKeys(old, { mend: 'fix' });

/** `oomdrill.validation/1`: findings and drills of version 1. */
export function upgradeValidation(old: JsonObject): JsonObject {
  const renamed = renameKeys(old, { ms: 'durationMs' });
  const answers = mapKey(mapKey(renamed, 'answers', ofEach(upgradeAnswer)), 'baseline', ofEach(upgradeAnswer));
  return mapKey(answers, 'findings', ofEach(upgradeFinding));
}

/** An answer whose question was asked at several places was known only by `NAME-PLACE` at first, as in `plateau-2`. */
function upgradeAnswer(old: JsonObject): JsonObject {
  const [, name, place] = /^(.*?)(?:-(\d+))?$/.exec(String(old.question)) ?? [];
  const placeIndex = place === undefined ? null : Number(place) - 1;
  return { name, placeIndex, ...mapKey(old, 'run', ifObject(upgradeRun)) };
}
