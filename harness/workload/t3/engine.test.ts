import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { assets } from '../../core/assets.js';

/** Names from the first host that oomdrill was made for: of its server, of itself, of its users. */
const NAMES = /\b(?:t3|devvm|alice|bob)(?:\b|_)/i;

/** Lines that may contain them, with their files. */
const ALLOWED = [
  // The table of stand-ins, which lists T3.
  /^workload\/stand-ins\.ts: .*\bT3\b/,
  // The examples of the help are commands that everyone can try: they name bundles of the catalogue.
  /^command\/declaration\/\w+\.ts: .*\bline: 'oomdrill /,
];

/** Files that must not know a customer: all except this folder, tests and the folder of test tools. */
const IS_ENGINE = /^(?!workload\/t3\/|testing\/|config\/options\.ts$).*(?<!\.test)\.ts$/;

t.test('no file of the engine contains names of its first host', async (t) => {
  const harness = join(assets.root, 'harness');
  const paths = (await readdir(harness, { recursive: true })).filter((path) => IS_ENGINE.test(path)).sort();
  t.ok(paths.length > 200, `${paths.length} files`);
  for (const path of paths) {
    const lines = (await readFile(join(harness, path), 'utf8')).split('\n');
    const found = lines.filter((line) => NAMES.test(line)).map((line) => `${path}: ${line}`);
    t.same(
      found.filter((line) => !ALLOWED.some((allowed) => allowed.test(line))),
      [],
      path,
    );
  }
});
