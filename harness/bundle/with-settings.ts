import { type Bundle, UNIT_DIR } from './bundle.js';

/** Settings of a unit, by their names in its file: `{ MemoryHigh: '3G' }`. */
export type UnitSettings = Readonly<Record<string, string>>;

/** The same bundle with other settings of its serving unit, in a drop-in that is read after all others. Nothing is checked. */
export function withSettings(bundle: Bundle, set: UnitSettings): Bundle {
  const lines = Object.entries(set).map(([key, value]) => `${key}=${value}\n`);
  // What `systemctl set-property` writes is a drop-in too.
  const path = `${UNIT_DIR}/${bundle.manifest.serving.unit}.d/zz-set.conf`;
  return { ...bundle, files: [...bundle.files, { path, text: `[Service]\n${lines.join('')}` }] };
}
