import { isQuadletFile } from '../formats/quadlet-kinds.js';
import { parseUnitFile } from '../systemd/unit-file.js';
import { type Bundle, UNIT_DIR } from './bundle.js';

/**
 * The different settings of two bundles, as lines of a diff: a file and its section, then the assignments that only the
 * first has with `-`, and those that only the second has with `+`. The host's memory and swap come first, and
 * the options of a container next.
 */
export function diffBundles(before: Bundle, after: Bundle): string[] {
  const oldSettings = readSettings(before);
  const newSettings = readSettings(after);
  const places = [...new Set([...oldSettings.keys(), ...newSettings.keys()])];
  return places.flatMap((place) => {
    const oldLines = oldSettings.get(place) ?? [];
    const newLines = newSettings.get(place) ?? [];
    const removed = subtract(oldLines, newLines).map((line) => `-${line}`);
    const added = subtract(newLines, oldLines).map((line) => `+${line}`);
    return removed.length + added.length === 0 ? [] : [place, ...removed, ...added];
  });
}

/** Assignments by file and section, in order. */
function readSettings({ manifest: { host, serving }, files }: Bundle): Map<string, string[]> {
  const settings = new Map([['host', [`memory ${host.memory}`, `swap ${host.swap}`]]]);
  const options = Object.entries(serving.container ?? {}).filter(([, value]) => value !== undefined);
  if (options.length > 0)
    settings.set(
      'container',
      options.map(([key, value]) => `${key} ${typeof value === 'string' ? value : JSON.stringify(value)}`),
    );
  for (const { path, text } of files.filter((file) => file.path.startsWith(`${UNIT_DIR}/`) || isQuadletFile(file))) {
    for (const { name, items } of parseUnitFile(text, path).sections) {
      const place = `${path} [${name}]`;
      const lines = items.flatMap((item) => (item.kind === 'assignment' ? [`${item.key}=${item.value}`] : []));
      settings.set(place, [...(settings.get(place) ?? []), ...lines]);
    }
  }
  return settings;
}

/** The lines that have no equal in `others`; each line of `others` matches one line only. */
function subtract(lines: readonly string[], others: readonly string[]): string[] {
  const unmatched = [...others];
  return lines.filter((line) => {
    const index = unmatched.indexOf(line);
    if (index >= 0) unmatched.splice(index, 1);
    return index < 0;
  });
}
