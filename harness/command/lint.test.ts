import { chdir, cwd } from 'node:process';
import t from 'tap';
import { runCommandLine } from '../testing/command-line.js';

t.test('a bundle that comes with oomdrill, by its name', async (t) => {
  const { stdout, exitCode } = await runCommandLine(['lint', 'devvm-2026-07-02']);
  t.equal(exitCode, 1);
  t.match(stdout, /^fixtures\/bundles\/devvm-2026-07-02\/etc\/.*: error: MemoryHigh=12G lies below MemoryMax=16G/m);
});

t.test('a path of that name comes first', async (t) => {
  const before = cwd();
  t.teardown(() => chdir(before));
  chdir(t.testdir({ devvm: { 'web.service': '[Service]\nExecStart=/bin/web\nMemoryHigh=1G\nMemoryMax=2G\n' } }));
  const { stdout } = await runCommandLine(['lint', 'devvm']);
  t.match(stdout, /^devvm\/web\.service:/m);
  t.match((await runCommandLine(['lint', 'dvvm'])).stderr, /Could not read dvvm: ENOENT/);
});
