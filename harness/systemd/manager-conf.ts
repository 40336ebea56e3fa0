import { Unit } from './unit.js';
import { readUnitFile } from './unit-file.js';
import type { Manager, SourceFile } from './unit-search.js';

/** Reads a manager's settings: system.conf or user.conf, and their drop-ins (systemd-system.conf(5)). */
export function readManagerConf(files: readonly SourceFile[], manager: Manager): Unit {
  const main = `etc/systemd/${manager}.conf`;
  const dropIns = files
    .filter(({ path }) => path.startsWith(`${main}.d/`) && path.endsWith('.conf'))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
  const settings = [...files.filter(({ path }) => path === main), ...dropIns].map(
    ({ path, shown, text }) => readUnitFile(text, shown ?? path).file,
  );
  return new Unit(main, settings);
}

/** Reads `DefaultOOMPolicy=` of a manager; `stop` if it is not set (systemd-system.conf(5)). */
export function readDefaultOomPolicy(files: readonly SourceFile[], manager: Manager): string {
  return readManagerConf(files, manager).value('Manager', 'DefaultOOMPolicy')?.value ?? 'stop';
}
