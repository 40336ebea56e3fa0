import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { assets } from '../../core/assets.js';

/** Names of the first host that oomdrill was made for: its server, itself, its users. */
const NAMES = /\b(?:t3|devvm|alice|bob)(?:\b|_)/i;

/** Lines that may say them, by the file and its line. */
const MAY_SAY = [
  // The table that this room is entered in.
  /^workload\/stand-ins\.ts: .*\bT3\b/,
  // The examples of the help texts are commands that anybody can try: they name what the catalogue has.
  /^command\/declaration\/\w+\.ts: .*\bline: 'oomdrill /,
];

/** What is shipped, and knows no customer: not this room, nor tests and what they are built of. */
const IS_ENGINE = /^(?!workload\/t3\/|testing\/).*(?<!\.test)\.ts$/;

t.test('the engine does not know for whom it was made', async (t) => {
  const harness = join(assets.root, 'harness');
  const paths = (await readdir(harness, { recursive: true })).filter((path) => IS_ENGINE.test(path)).sort();
  t.ok(paths.length > 200, `${paths.length} files`);
  for (const path of paths) {
    const lines = (await readFile(join(harness, path), 'utf8')).split('\n');
    const said = lines.filter((line) => NAMES.test(line)).map((line) => `${path}: ${line}`);
    t.same(
      said.filter((line) => !MAY_SAY.some((allowed) => allowed.test(line))),
      [],
      path,
    );
  }
});
