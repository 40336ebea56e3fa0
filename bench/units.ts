import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { readTrees } from '../harness/bundle/tree.js';
import { isDelegation } from '../harness/systemd/boolean.js';
import { readDefaultOomPolicy } from '../harness/systemd/manager-conf.js';
import { parseMemoryValue } from '../harness/systemd/memory-value.js';
import { parseLimit, parseShow } from '../harness/systemd/show.js';
import { expandSpecifiers } from '../harness/systemd/specifiers.js';
import { Unit } from '../harness/systemd/unit.js';
import { parseUnitFile } from '../harness/systemd/unit-file.js';
import { defaultSlice, parseUnitName, sectionOfType } from '../harness/systemd/unit-name.js';
import { UnitSearch } from '../harness/systemd/unit-search.js';
import type { BenchContext } from './context.js';
import { atLeast, atMost, type Figure } from './figure.js';
import { ODD_UNITS } from './odd-units.js';

/** Types of units that have a cgroup and a unit file. */
const TYPES: ReadonlySet<string> = new Set(['service', 'slice', 'socket', 'mount']);

const LIMITS = ['MemoryHigh', 'MemoryMax', 'MemorySwapMax'] as const;

const PROPERTIES = [
  'Id',
  'LoadState',
  'FragmentPath',
  'DropInPaths',
  ...LIMITS,
  'OOMPolicy',
  'OOMScoreAdjust',
  'Slice',
];

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

    const [{ entries = [] } = {}] = await readTrees([tree]);
    const files = entries.flatMap((entry) => (entry.kind === 'file' ? [entry] : []));
    const links = entries.flatMap((entry) => (entry.kind === 'link' ? [entry] : []));
    const search = new UnitSearch(files, links);
    const names = search.listNames().flatMap((name) => {
      const parsed = parseUnitName(name);
      if (!parsed || !TYPES.has(parsed.type)) return [];
      // A template is compared by an instance of it.
      const wanted = parsed.instance === '' ? `${parsed.prefix}@one.${parsed.type}` : name;
      const { main, masked } = search.find(wanted);
      // systemd cannot load a service that has only drop-ins.
      return main || masked || parsed.type === 'slice' ? [wanted] : [];
    });
    const wanted = [...new Set(names)].sort();
    const emptyPaths = new Set([
      ...files.filter(({ text }) => text === '').map(({ path }) => path),
      ...links.filter(({ target }) => target === '/dev/null').map(({ path }) => path),
    ]);
    context.progress(`${wanted.length} units, read by oomdrill and by systemd`);
    const shown = await showAll(run, wanted);
    const differences = wanted.flatMap((name, index) => {
      const ours = readUnit(search, files, name, memTotal);
      const theirs = shown[index] ?? {};
      return Object.entries(ours).flatMap(([key, value]) =>
        value === normalizeShown(key, theirs[key], emptyPaths)
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
function normalizeShown(key: string, text: string | undefined, emptyPaths: ReadonlySet<string>): string | undefined {
  if (text === undefined) return undefined;
  if (key === 'DropInPaths') {
    const paths = text.split(' ');
    return paths.filter((path) => !emptyPaths.has(path.slice(1))).join(' ');
  }
  return LIMITS.some((limit) => limit === key) ? String(parseLimit(text)) : text;
}

type Files = ConstructorParameters<typeof UnitSearch>[0];

function readUnit(
  search: UnitSearch<Files[number]>,
  files: Files,
  wantedName: string,
  memTotal: number,
): Record<string, string> {
  const { name, main, dropIns, masked } = search.find(wantedName);
  if (masked) return { LoadState: 'masked' };
  const parsed = parseUnitName(name);
  if (!parsed) throw new Error(`${name} is not a unit name`);
  const unit = new Unit(
    name,
    [main, ...dropIns].flatMap((file) => file ?? []).map(({ path, text }) => parseUnitFile(text, path)),
  );
  const section = sectionOfType(parsed.type);
  const value = (key: string) => unit.value(section, key);
  const limit = (key: string) => {
    const found = value(key);
    return String(found ? parseMemoryValue(found.value, memTotal, found) : Number.POSITIVE_INFINITY);
  };
  const read: Record<string, string> = {
    Id: name,
    FragmentPath: main ? `/${main.path}` : '',
    DropInPaths: dropIns.map(({ path }) => `/${path}`).join(' '),
    ...Object.fromEntries(LIMITS.map((key) => [key, limit(key)])),
  };
  if (parsed.type !== 'service') return read;
  const delegated = isDelegation(value('Delegate')?.value);
  const slice = value('Slice')?.value;
  return {
    ...read,
    OOMPolicy: value('OOMPolicy')?.value ?? (delegated ? 'continue' : readDefaultOomPolicy(files, 'system')),
    OOMScoreAdjust: value('OOMScoreAdjust')?.value ?? '0',
    Slice: slice === undefined ? defaultSlice(parsed) : expandSpecifiers(slice, name),
  };
}
