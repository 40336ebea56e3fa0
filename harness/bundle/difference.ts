import { parseUnitFile } from '../systemd/unit-file.js';
import { type Bundle, UNIT_DIR } from './bundle.js';

/**
 * What systemd is told otherwise by one bundle than by another, as lines of a diff: a file and its section, then `-` what only the
 * first says and `+` what only the second does. The host's memory and swap come first.
 */
export function diffBundles(before: Bundle, after: Bundle): string[] {
  const [old, now] = [readSettings(before), readSettings(after)];
  const places = [...new Set([...old.keys(), ...now.keys()])];
  return places.flatMap((place) => {
    const [was, is] = [old.get(place) ?? [], now.get(place) ?? []];
    const gone = subtract(was, is).map((line) => `-${line}`);
    const come = subtract(is, was).map((line) => `+${line}`);
    return gone.length + come.length === 0 ? [] : [place, ...gone, ...come];
  });
}

/** Assignments by file and section, in their order. */
function readSettings({ manifest: { host }, files }: Bundle): Map<string, string[]> {
  const settings = new Map([['host', [`memory ${host.memory}`, `swap ${host.swap}`]]]);
  for (const { path, text } of files.filter(({ path }) => path.startsWith(`${UNIT_DIR}/`))) {
    for (const { name, items } of parseUnitFile(text, path).sections) {
      const place = `${path} [${name}]`;
      const lines = items.flatMap((item) => (item.kind === 'assignment' ? [`${item.key}=${item.value}`] : []));
      settings.set(place, [...(settings.get(place) ?? []), ...lines]);
    }
  }
  return settings;
}

/** Those of `lines` that have no equal in `others`, each of which stands for one. */
function subtract(lines: readonly string[], others: readonly string[]): string[] {
  const left = [...others];
  return lines.filter((line) => {
    const at = left.indexOf(line);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}
