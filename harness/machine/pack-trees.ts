import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { GIB } from '../core/bytes.js';

/** What may be copied into a guest at once, bytes: Node holds it in memory. */
export const MAX_ARCHIVE_BYTES = 4 * GIB;

/**
 * A script of sh(1) that extracts an archive of `packTrees` from standard input below `$1`. A directory that is there keeps
 * its mode and its owner, also where it is a link to one (/lib); one that is missing is made as 0755.
 */
export const EXTRACT_TREES = 'umask 022 && tar --extract --no-overwrite-dir --keep-directory-symlink --directory="$1"';

/**
 * Packs the files, links and empty directories of these trees as one archive, readable for everyone and owned by root,
 * whatever their modes and the caller's umask are. No other directory is in it: tar(1) changes the mode of a directory
 * while it extracts into it, and leaves it at 0700 where the archive holds it twice.
 *
 * @param workDir for lists of names; must not be below a tree
 */
export async function packTrees(trees: readonly string[], workDir: string): Promise<Uint8Array> {
  const args = ['--create', '--owner=0', '--group=0', '--mode=u=rwX,go=rX', '--no-recursion', '--null'];
  for (const [index, tree] of trees.entries()) {
    const list = join(workDir, `tree-${index}.list`);
    // As bytes: a name need not be UTF-8.
    const found = await execa('find', ['.', '-mindepth', '1', '(', '!', '-type', 'd', '-o', '-empty', ')', '-print0'], {
      cwd: tree,
      encoding: 'buffer',
    });
    await writeFile(list, found.stdout);
    args.push('--directory', tree, '--files-from', list);
  }
  const { stdout } = await execa('tar', args, { encoding: 'buffer', maxBuffer: MAX_ARCHIVE_BYTES });
  return stdout;
}
