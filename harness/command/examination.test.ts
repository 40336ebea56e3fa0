import { join } from 'node:path';
import t from 'tap';
import type { DoctorCheck } from '../machine/doctor-check.js';
import { listStored } from '../machine/image/store.js';
import { MACHINES } from '../machine/providers.js';
import { examineQemu } from '../machine/qemu/doctor.js';
import { examine } from './examination.js';

t.test('doctor asks every kind of machine', async (t) => {
  const [qemu] = MACHINES;
  if (!qemu) throw new Error('there is no kind of machine');
  const mine: DoctorCheck = { what: 'firecracker', state: 'missing', found: 'it is not installed' };
  t.ok((await examine([{ ...qemu, doctor: async () => [mine] }])).includes(mine));
});

t.test('a page of the ledger that cannot be read', async (t) => {
  const dir = t.testdir({ ledger: { 'cut.json': '{"owner":' } });
  process.env.OOMDRILL_STATE = dir;
  const file = join(dir, 'ledger', 'cut.json');
  const leftovers = (await examine([])).filter(({ what }) => what === 'leftovers');
  t.match(leftovers, [{ state: 'note', found: `the ledger's page ${file} cannot be read`, fix: `rm -r ${file}` }]);
});

t.test('a cache that cannot be made', async (t) => {
  const { OOMDRILL_CACHE } = process.env;
  t.teardown(() => {
    if (OOMDRILL_CACHE === undefined) delete process.env.OOMDRILL_CACHE;
    else process.env.OOMDRILL_CACHE = OOMDRILL_CACHE;
  });
  const file = join(t.testdir({ file: '' }), 'file');
  for (const cache of [file, join(file, 'below')]) {
    process.env.OOMDRILL_CACHE = cache;
    const [disk] = (await examine([])).filter(({ what }) => what === 'disk');
    t.match(disk, { state: 'missing', found: `${file} is not a directory`, fix: /OOMDRILL_CACHE/ });
    await t.rejects(listStored(), { code: 'CACHE_INVALID', message: cache });
    t.ok(await examineQemu(), 'the rest is looked at nevertheless');
  }
  process.env.OOMDRILL_CACHE = join(t.testdirName, 'none');
  t.same(await listStored(), []);
});
