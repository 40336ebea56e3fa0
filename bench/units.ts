import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { readTrees } from '../harness/bundle/tree.js';
import { UnitTable } from '../harness/lint/unit-table.js';
import { parseLimit, parseShow } from '../harness/systemd/show.js';
import { listEmpty, listWanted } from '../harness/testing/compare-units.js';
import { ODD_UNITS } from '../harness/testing/odd-units.js';
import { readUnit, USED_SETTINGS } from '../harness/testing/read-unit.js';
import type { BenchContext } from './context.js';
import { atLeast, atMost, type Figure } from './figure.js';

const PROPERTIES = ['LoadState', ...USED_SETTINGS];

const TREES = ['etc/systemd', 'run/systemd/system', 'run/systemd/generator', 'usr/lib/systemd'];

/**
 * Reads all units of a Debian guest, and additional odd units, as lint does, and compares the result with systemd's.
 */
export async function compareUnits(context: BenchContext): Promise<Figure[]> {
  return context.withMachine(async (machine, workDir) => {
    const odd = join(workDir, 'odd');
    for (const [path, text] of Object.entries(ODD_UNITS)) {
      const file = join(odd, path);
      await mkdir(dirname(file), { recursive: true });
      if (text.startsWith('-> ')) await symlink(text.slice(3), file);
      else await writeFile(file, text);
    }
    const { stdout: archive } = await execa('tar', ['-C', odd, '-cz', '.'], { encoding: 'buffer' });
    const run = async (script: string, input?: Uint8Array) => {
      const options = { reason: 'the bench', signal: context.signal, input };
      const { stdout, stderr, exitCode } = await machine.exec(['sh', '-c', script], options);
      if (exitCode !== 0) throw new Error(stderr);
      return stdout;
    };
    await run('tar -C / --no-overwrite-dir -xz && systemctl daemon-reload', archive);
    const tree = join(workDir, 'tree');
    await mkdir(tree);
    const packed = await run(`tar -C / -cz --ignore-failed-read ${TREES.join(' ')} | base64 -w0`);
    await execa('tar', ['-C', tree, '-xz'], { input: Buffer.from(packed, 'base64') });
    const memTotal = Number(/^MemTotal:\s+(\d+) kB/m.exec(await run('cat /proc/meminfo'))?.[1]) * 1024;

    const [read] = await readTrees([tree]);
    if (!read) throw new Error('the guest has no units');
    const units = new UnitTable(read.entries);
    const wanted = listWanted(units, 'system');
    const empty = listEmpty(read);
    context.progress(`${wanted.length} units, read by oomdrill and by systemd`);
    const shown = await showAll(run, wanted);
    const differences = wanted.flatMap((name, index) => {
      const ours = readUnit(units, { wanted: name, manager: 'system', memory: memTotal });
      const theirs = shown[index] ?? {};
      return Object.entries(ours).flatMap(([key, value]) =>
        value === normalizeShown(key, theirs[key], empty)
          ? []
          : [`${name}: oomdrill reads ${key} as ${value}, systemd as ${theirs[key]}`],
      );
    });
    for (const line of differences) context.progress(line);
    const real = wanted.filter((name) => !name.startsWith('odd-')).length;
    return [
      atLeast('real units read as systemd reads them', real, 60, 'units', `and ${wanted.length - real} odd ones`),
      atMost('differences from systemd in the settings we use', differences.length, 0, 'settings'),
    ];
  });
}

/** Runs `systemctl show` for each unit, in their order. */
async function showAll(run: (script: string) => Promise<string>, names: readonly string[]) {
  const shown: Record<string, string>[] = [];
  for (const name of names)
    shown.push(parseShow(await run(`systemctl show --property=${PROPERTIES.join(',')} -- '${name}'`)));
  return shown;
}

/** Writes systemd's value as `readUnit` does: without empty drop-ins, which systemd also lists. */
function normalizeShown(key: string, text: string | undefined, empty: ReadonlySet<string>): string | undefined {
  if (text === undefined) return undefined;
  if (key === 'DropInPaths') {
    const paths = text.split(' ');
    return paths.filter((path) => !empty.has(path)).join(' ');
  }
  return key.startsWith('Memory') ? String(parseLimit(text)) : text;
}
