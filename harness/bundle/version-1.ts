import { type JsonObject, mapKey, ofEach, renameKeys } from '../core/format.js';

/** A `bundle.json` of before it named its version: its sidecars were `beside` the serving unit, and `needed` or not. */
export const upgradeManifest = (old: JsonObject): JsonObject =>
  mapKey(renameKeys(old, { beside: 'sidecars' }), 'sidecars', ofEach(upgradeSidecar));

function upgradeSidecar({ needed, ...sidecar }: JsonObject): JsonObject {
  if (needed === undefined) return sidecar;
  return { ...sidecar, optional: typeof needed === 'boolean' ? !needed : needed };
}
