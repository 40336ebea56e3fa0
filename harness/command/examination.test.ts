import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { assets } from '../core/assets.js';
import type { DoctorCheck } from '../machine/doctor-check.js';
import { MACHINES } from '../machine/providers.js';
import { QEMU_PROGRAMS } from '../machine/qemu/doctor.js';
import { COMMON_PROGRAMS, examine } from './examination.js';

t.test('setup installs what doctor looks for', async (t) => {
  const setup = await readFile(join(assets.root, 'setup'), 'utf8');
  const [, needed = ''] = /^needed='([^']+)'/m.exec(setup) ?? [];
  const installed = needed.split(/\s+/);
  for (const { program, package: name } of [...COMMON_PROGRAMS, ...QEMU_PROGRAMS])
    t.ok(installed.includes(`${program}:${name}`), program);
});

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
  t.match(leftovers, [{ state: 'note', found: `the ledger's page ${file} cannot be read`, fix: `rm ${file}` }]);
});
