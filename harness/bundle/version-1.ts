import { type JsonObject, mapKey, ofEach, renameKeys } from '../core/format.js';

/** Upgrades a `bundle.json` of version 1, which called sidecars `beside`, and had `needed` in place of `optional`. */
export const upgradeManifest = (old: JsonObject): JsonObject =>
  mapKey(renameKeys(old, { beside: 'sidecars' }), 'sidecars', ofEach(upgradeSidecar));

function upgradeSidecar({ needed, ...sidecar }: JsonObject): JsonObject {
  if (needed === undefined) return sidecar;
  return { ...sidecar, optional: typeof needed === 'boolean' ? !needed : needed };
}
