import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** Files by their paths below a folder, with their bytes as characters of Latin-1, so that any bytes are a value of JSON. */
export type Files = Readonly<Record<string, string>>;

/** In memory where that can be: a night makes hundreds of thousands of small files. */
export const FUZZ_TMP = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

let base: string | undefined;

/** One folder for the whole process, because paths are in what readers say, and must be the same the second time. */
function baseFolder(): string {
  if (base !== undefined) return base;
  const made = mkdtempSync(join(process.env.FUZZ_DIR ?? FUZZ_TMP, 'oomdrill-fuzz-'));
  process.once('exit', () => rmSync(made, { recursive: true, force: true }));
  base = made;
  return made;
}

/** Writes files into an empty folder for the work on them, and removes it afterwards. */
export async function withFiles<T>(files: Files, work: (dir: string) => T | Promise<T>): Promise<T> {
  const dir = join(baseFolder(), 'work');
  try {
    mkdirSync(dir);
    for (const [path, bytes] of Object.entries(files)) {
      mkdirSync(dirname(join(dir, path)), { recursive: true });
      writeFileSync(join(dir, path), bytes, 'latin1');
    }
    return await work(dir);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** A text as the bytes of its UTF-8, as characters of Latin-1. */
export const bytesOf = (text: string): string => Buffer.from(text).toString('latin1');
