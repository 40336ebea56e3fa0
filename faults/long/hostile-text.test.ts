import { execa } from 'execa';
import t from 'tap';
import { assets } from '../../harness/core/assets.js';
import { HOSTILE_PLACES } from '../../harness/testing/hostile-text.js';

/** All texts of one place take seconds; what takes exponential time never ends. */
const KILL_MS = 240_000;

const READ = `import { readHostileTexts } from './harness/testing/hostile-text.ts';
await readHostileTexts(process.argv[1]);`;

// The figure that each text must not exceed is in the bench: `npm run bench -- big`.
for (const place of HOSTILE_PLACES)
  t.test(`a megabyte of hostile text ends: ${place}`, async (t) => {
    const loader = '--import=./scripts/typescript-loader.mjs';
    const args = [loader, '--input-type=module', '--eval', READ, place];
    const ran = await execa('node', args, { cwd: assets.root, timeout: KILL_MS, reject: false });
    t.equal(ran.exitCode, 0, ran.timedOut ? 'it did not end' : ran.stderr);
  });
