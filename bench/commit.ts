import { execa } from 'execa';
import { assets } from '../harness/core/assets.js';

/** The short name of the commit that is drilled with; empty outside of a clone. */
export async function readCommit(): Promise<string> {
  const { stdout = '' } = await execa('git', ['rev-parse', '--short', 'HEAD'], { cwd: assets.root, reject: false });
  return stdout;
}
