import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import fc from 'fast-check';
import t from 'tap';
import { readTrees } from '../bundle/tree.js';
import { compareUnitsWithSystemd } from '../testing/compare-units.js';
import { ODD_UNITS } from '../testing/odd-units.js';
import { hasManager } from '../testing/systemd-manager.js';
import { unitText } from '../testing/unit-text.js';
import { setDirective } from './directive.js';
import { readUnitFile, renderUnitFile } from './unit-file.js';

const FILES = 300;

/**
 * The oracle: systemd-analyze(1) names every value of MemoryMax= in [Service] that is not an amount of memory, as systemd has read it.
 * Its own reader is src/shared/conf-parser.c, config_parse().
 */
async function readBySystemd(dir: string, texts: readonly string[]): Promise<string[][]> {
  await mkdir(dir, { recursive: true });
  const names = texts.map((_, index) => `t${index}.service`);
  await Promise.all(texts.map((text, index) => writeFile(join(dir, names[index] ?? ''), text)));
  const { stderr } = await execa('systemd-analyze', ['verify', '--man=no', ...names.map((name) => join(dir, name))], {
    reject: false,
    env: { SYSTEMD_LOG_LEVEL: 'info', LC_ALL: 'C.UTF-8' },
  });
  const found: string[][] = names.map(() => []);
  for (const [, nr, value] of stderr.matchAll(/\/t(\d+)\.service:\d+: Invalid memory limit '(.*)', ignoring/g))
    found[Number(nr)]?.push(value ?? '');
  return found;
}

/** The same by our own reader. */
const readByUs = (text: string): string[] =>
  readUnitFile(text, 'x').file.sections.flatMap(({ name, items }) =>
    items.flatMap((item) =>
      name === 'Service' && item.kind === 'assignment' && item.key === 'MemoryMax' && item.value !== ''
        ? [item.value]
        : [],
    ),
  );

const hasOracle = (await execa('systemd-analyze', ['--version'], { reject: false })).exitCode === 0;
const skip = hasOracle ? false : 'this host has no systemd-analyze';

/** Not an amount of memory, so that systemd-analyze names it. */
const asNoAmount = (text: string) => text.replaceAll(/(=[ \t]*)\dG/g, '$1zz');

/** What systemd names for certain. How much it names of chance is chance. */
const CERTAIN = '[Service]\nMemoryMax=zzcertain\n';

t.test('systemd reads a unit file as we do', { skip }, async (t) => {
  const texts = [CERTAIN, ...fc.sample(unitText, FILES).map(asNoAmount), CERTAIN];
  const bySystemd = await readBySystemd(t.testdir(), texts);
  t.strictSame([bySystemd[0], bySystemd.at(-1)], [['zzcertain'], ['zzcertain']], 'the oracle speaks, to its end');
  for (const [index, text] of texts.entries()) {
    const values = readByUs(text);
    if (String(bySystemd[index]) !== String(values)) t.same(bySystemd[index], values, JSON.stringify(text));
  }
});

t.test('systemd reads what was set', { skip }, async (t) => {
  const texts = [CERTAIN, ...fc.sample(unitText, FILES).map(asNoAmount)];
  const valid = texts.flatMap((text) => {
    const { file, faults } = readUnitFile(text, 'x');
    return faults.length > 0 ? [] : [renderUnitFile(setDirective(file, 'Service', 'MemoryMax', 'zzset'))];
  });
  const bySystemd = await readBySystemd(t.testdir(), valid);
  t.strictSame(bySystemd[0], ['zzset'], 'the oracle speaks');
  for (const [index, text] of valid.entries()) {
    if (bySystemd[index]?.at(-1) !== 'zzset') t.same(bySystemd[index], ['...', 'zzset'], JSON.stringify(text));
  }
});

t.test(
  "systemd's manager reads odd units as lint does",
  { skip: hasManager ? false : 'this host has no systemd' },
  async (t) => {
    const root = await mkdtemp(join(tmpdir(), 'oomdrill-odd-'));
    t.teardown(() => rm(root, { recursive: true }));
    await chmod(root, 0o755);
    for (const [path, text] of Object.entries(ODD_UNITS)) {
      const file = join(root, path);
      await mkdir(dirname(file), { recursive: true });
      if (text.startsWith('-> ')) await symlink(text.slice('-> '.length), file);
      else await writeFile(file, text);
    }
    const [tree] = await readTrees([root]);
    if (!tree) throw new Error('there are no units');
    for (const manager of ['system', 'user'] as const) {
      const { count, refused, differences } = await compareUnitsWithSystemd(tree, manager);
      t.ok(count > 2, `${count} units of the ${manager}'s manager`);
      t.same(refused, []);
      t.same(differences, []);
    }
  },
);

t.test(
  'a value that lint would read differently is named',
  { skip: hasManager ? false : 'this host has no systemd' },
  async (t) => {
    const root = await mkdtemp(join(tmpdir(), 'oomdrill-odd-'));
    t.teardown(() => rm(root, { recursive: true }));
    await chmod(root, 0o755);
    const file = join(root, 'etc/systemd/system/a.service');
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, '[Service]\nExecStart=/bin/true\nMemoryMax=1G\n');
    const [tree] = await readTrees([root]);
    await writeFile(file, '[Service]\nExecStart=/bin/true\nMemoryMax=2G\n');
    if (!tree) throw new Error('there are no units');
    const { differences } = await compareUnitsWithSystemd(tree, 'system');
    t.same(differences, ['a.service: lint reads MemoryMax as 1073741824, systemd as 2147483648']);
  },
);
