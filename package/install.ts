import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { assets } from '../harness/core/assets.js';

/** The packed package, as `npm pack` lists it. */
export interface Tarball {
  readonly path: string;
  readonly bytes: number;
  /** Paths in the package, sorted. */
  readonly files: readonly string[];
}

/** Builds and packs this repository. Its own dist/ is then that of a package: without source maps. */
export async function packPackage(folder: string): Promise<Tarball> {
  const { stdout } = await execa('npm', ['pack', '--json', '--silent', '--pack-destination', folder], {
    cwd: assets.root,
    // Some versions of npm let prepack's own words through.
    stderr: 'inherit',
  });
  const [packed] = JSON.parse(stdout.slice(stdout.indexOf('['))) as [Packed];
  const files = packed.files.map(({ path }) => path).sort();
  return { path: join(folder, packed.filename), bytes: packed.size, files };
}

interface Packed {
  readonly filename: string;
  readonly size: number;
  readonly files: readonly { readonly path: string }[];
}

/** Installs the package as a user does: into a folder with nothing but a package.json. Gives the package's own folder. */
export async function installPackage({ path }: Tarball, folder: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'package.json'), '{ "private": true, "type": "module" }\n');
  const quiet = ['--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error'];
  await execa('npm', ['install', ...quiet, path], { cwd: folder });
  return join(folder, 'node_modules', 'oomdrill');
}
