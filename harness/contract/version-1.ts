import { ifObject, type JsonObject, mapKey, ofEach, renameKeys } from '../core/format.js';
import { upgradeDrift, upgradeRun } from '../verdict/summary-version-1.js';

// Converts documents of version 1 to version 2.

/** `oomdrill.map/1`: a point was called a look, with its `place`, and the zone `healthy` was called `well`. */
export function upgradeMap(old: JsonObject): JsonObject {
  const points = mapKey(renameKeys(old, { looks: 'points' }), 'points', ofEach(upgradePoint));
  return mapKey(points, 'drifts', ofEach(upgradeDrift));
}

const upgradePoint = (old: JsonObject): JsonObject => {
  const zone = mapKey(renameKeys(old, { place: 'sizeBytes' }), 'zone', (zone) => (zone === 'well' ? 'healthy' : zone));
  return mapKey(zone, 'run', ifObject(upgradeRun));
};

/** `oomdrill.sweep/1`: its maps are of version 1. */
export const upgradeSweep = (old: JsonObject): JsonObject =>
  mapKey(
    old,
    'rows',
    ofEach((row) => mapKey(row, 'map', ifObject(upgradeMap))),
  );

/** `oomdrill.lint/1`: the `fix` of a finding was called `mend`. */
export function upgradeLintReport(old: JsonObject): JsonObject {
  return mapKey(mapKey(old, 'findings', ofEach(upgradeFinding)), 'suppressed', ofEach(upgradeFinding));
}

const upgradeFinding = (old: JsonObject): JsonObject => renameKeys(old, { mend: 'fix' });

/** `oomdrill.validation/1`: its findings and drills are of version 1. */
export function upgradeValidation(old: JsonObject): JsonObject {
  const renamed = renameKeys(old, { ms: 'durationMs' });
  const answers = mapKey(mapKey(renamed, 'answers', ofEach(upgradeAnswer)), 'baseline', ofEach(upgradeAnswer));
  return mapKey(answers, 'findings', ofEach(upgradeFinding));
}

/** At first an answer had no name and no index of its place, only a question such as `plateau-2`. */
function upgradeAnswer(old: JsonObject): JsonObject {
  const [, name, place] = /^(.*?)(?:-(\d+))?$/.exec(String(old.question)) ?? [];
  const placeIndex = place === undefined ? null : Number(place) - 1;
  return { name, placeIndex, ...mapKey(old, 'run', ifObject(upgradeRun)) };
}
