import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { listLoadPath, type Manager } from '../systemd/unit-search.js';

/** systemd's own manager. In test mode it loads units, prints what it has read, and starts nothing (systemd(1), --test). */
const MANAGER = '/usr/lib/systemd/systemd';

/** Whether this host has it. */
export const hasManager: boolean = existsSync(MANAGER);

/** The unit that wants those that are asked for: the manager loads what it would start. */
const PROBE = 'oomdrill-probe.target';

/** Any user but root: "Don't run test mode as root" (systemd 252, src/core/main.c). */
const UNPRIVILEGED = 65_534;

/** What systemd says of a unit, by the names of systemd's dump, such as `MemoryMax`; each with its values, in their order. */
export type DumpedUnit = ReadonlyMap<string, readonly string[]>;

/**
 * Reads units of a root as systemd does: from its load path alone, without generators and without the host's own units.
 *
 * @param root of a host, or a user's home; readable for any user
 * @returns by name; a name that systemd cannot load, such as a scope's, is missing
 */
export async function readBySystemd(
  root: string,
  names: readonly string[],
  manager: Manager = 'system',
): Promise<ReadonlyMap<string, DumpedUnit>> {
  const dir = await mkdtemp(join(tmpdir(), 'oomdrill-manager-'));
  try {
    await chmod(dir, 0o755);
    const probe = join(dir, 'probe');
    const runtime = join(dir, 'runtime');
    await mkdir(probe);
    await mkdir(runtime);
    await chmod(runtime, 0o777);
    await writeFile(join(probe, PROBE), `[Unit]\n${names.map((name) => `Wants=${name}\n`).join('')}`);
    const path = [probe, ...listLoadPath(manager).map((place) => join(root, place.replace(/^~\//, '')))].join(':');
    const asUser = process.getuid?.() === 0 ? ['setpriv', `--reuid=${UNPRIVILEGED}`, '--clear-groups'] : [];
    const [program = MANAGER, ...args] = [...asUser, MANAGER, '--test', `--${manager}`, `--unit=${PROBE}`];
    const { stdout } = await execa(program, args, {
      env: { SYSTEMD_UNIT_PATH: path, XDG_RUNTIME_DIR: runtime, HOME: runtime, LC_ALL: 'C.UTF-8' },
      maxBuffer: 1024 ** 3,
    });
    return parseDump(stdout);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

/** Reads the dump of a manager: `-> Unit NAME:`, then lines of `Key: value` one tab deeper. */
function parseDump(text: string): ReadonlyMap<string, DumpedUnit> {
  const units = new Map<string, Map<string, string[]>>();
  let unit: Map<string, string[]> | undefined;
  for (const line of text.split('\n')) {
    const name = /^\t-> Unit (.+):$/.exec(line)?.[1];
    if (name !== undefined) {
      unit = new Map();
      units.set(name, unit);
      continue;
    }
    const [, key, value = ''] = /^\t\t(\w[\w ]*): ?(.*)$/.exec(line) ?? [];
    if (unit === undefined || key === undefined) continue;
    unit.set(key, [...(unit.get(key) ?? []), value]);
    // Another name of a unit has no entry of its own.
    if (key === 'Alias') units.set(value, unit);
  }
  return units;
}
