import { join } from 'node:path';
import t, { type Test } from 'tap';
import { readVersion } from '../core/version.js';
import { listDependencies } from './dependencies.js';

/** The origin of oomdrill for `drills/` next to `node_modules/`, where npm keeps this of it. */
async function originIn(t: Test, lock: string | undefined): Promise<string | undefined> {
  const dir = t.testdir({ app: { node_modules: lock === undefined ? {} : { '.package-lock.json': lock } } });
  const found = await listDependencies(join(dir, 'app/drills'), join(dir, 'app/node_modules/oomdrill'));
  return found.oomdrill;
}

const lockOf = (resolved: string): string => JSON.stringify({ packages: { 'node_modules/oomdrill': { resolved } } });

t.test('oomdrill is taken from where it was installed from', async (t) => {
  const version = await readVersion();
  for (const [resolved, origin] of [
    ['file:../oomdrill-0.2.0.tgz', 'file:../../oomdrill-0.2.0.tgz'],
    ['file:oomdrill-0.2.0.tgz', 'file:../oomdrill-0.2.0.tgz'],
    ['https://files.example/oomdrill-0.2.0.tgz', 'https://files.example/oomdrill-0.2.0.tgz'],
    ['git+ssh://git@git.example/oomdrill.git#abc', 'git+ssh://git@git.example/oomdrill.git#abc'],
    ['https://registry.example/oomdrill/-/oomdrill-0.2.0.tgz', version],
  ] as const)
    t.equal(await originIn(t, lockOf(resolved)), origin, resolved);
});

t.test('where npm does not say it, by its version', async (t) => {
  const version = await readVersion();
  for (const lock of [undefined, 'broken', '[]', '{"packages":[]}', '{"packages":{"node_modules/oomdrill":{}}}'])
    t.equal(await originIn(t, lock), version, String(lock));
});

t.test('a clone is named by its path', async (t) => {
  t.match(await listDependencies('/src/app/drills', '/src/oomdrill'), { oomdrill: 'file:../../oomdrill', tap: String });
});
