import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { execa } from 'execa';
import { z } from 'zod';
import { replaceFile } from '../../core/replace-file.js';

/**
 * A cache entry is a directory of files with a seal next to them: size and SHA-256 of each, and the time stamps at which
 * that was last seen to be true. While the stamps stand, the entry is trusted without reading gigabytes; when one moved, it is hashed again.
 */
const sealSchema = z.object({
  facts: z.record(z.string(), z.string()),
  files: z.record(z.string(), z.object({ size: z.number(), sha256: z.string(), stamp: z.string() })),
});
export type Seal = z.infer<typeof sealSchema>;

const SEAL = 'seal.json';

async function sha256(path: string): Promise<string> {
  const { size, blocks } = await stat(path);
  const hash = createHash('sha256');
  // The memory of a guest is mostly holes: tar(1) skips them, and says where they are.
  if (blocks * BLOCK_BYTES < size / 2) {
    const tar = execa('tar', [...SPARSE_TAR, dirname(path), basename(path)], { buffer: false });
    // Both: the hash of an archive that tar(1) broke off is that of no file.
    await Promise.all([pipeline(tar.stdout, hash), tar]);
  } else await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash);
  return hash.digest('hex');
}

/** What stat(2) counts blocks in. */
const BLOCK_BYTES = 512;

/** An archive of a file that depends on nothing but its name and what is in it. */
const SPARSE_TAR = [
  '--create',
  '--sparse',
  '--format=gnu',
  '--mtime=@0',
  '--owner=0',
  '--group=0',
  '--numeric-owner',
  '--mode=0600',
  '--file=-',
  '--directory',
];

async function stampOf(path: string): Promise<{ size: number; stamp: string }> {
  const { size, mtimeNs, ino } = await stat(path, { bigint: true });
  return { size: Number(size), stamp: `${mtimeNs}/${ino}` };
}

/** Seals the named files of a directory. Written last: a directory without a seal is not an entry. */
export async function seal(dir: string, names: readonly string[], facts: Record<string, string>): Promise<Seal> {
  const files: Seal['files'] = {};
  for (const name of names) {
    const path = join(dir, name);
    files[name] = { ...(await stampOf(path)), sha256: await sha256(path) };
  }
  const written = { facts, files };
  await replaceFile(join(dir, SEAL), JSON.stringify(written, null, 2));
  return written;
}

/** The seal of an entry that is whole; undefined when there is none, or a file is missing, cut off or damaged. */
export async function checkSeal(dir: string): Promise<Seal | undefined> {
  try {
    const found = sealSchema.parse(JSON.parse(await readFile(join(dir, SEAL), 'utf8')));
    let moved = false;
    for (const [name, wanted] of Object.entries(found.files)) {
      const path = join(dir, name);
      const { size, stamp } = await stampOf(path);
      if (size !== wanted.size) return undefined;
      if (stamp === wanted.stamp) continue;
      if ((await sha256(path)) !== wanted.sha256) return undefined;
      wanted.stamp = stamp;
      moved = true;
    }
    if (moved) await replaceFile(join(dir, SEAL), JSON.stringify(found, null, 2));
    return found;
  } catch {
    return undefined;
  }
}
