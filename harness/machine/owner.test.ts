import t from 'tap';
import { fateOf, identifyOwner } from './owner.js';

const dir = t.testdir({ id: `${'0123456789abcdef'.repeat(2)}\n`, none: '', unready: 'uninitialized\n' });

t.test('a host is known by a hash of its machine ID, and by its name', async (t) => {
  const { host } = await identifyOwner({ machineId: `${dir}/id` });
  t.match(host, { id: /^[0-9a-f]{32}$/, name: /./ });
  t.not(host.id, '0123456789abcdef'.repeat(2), 'the ID itself is not for others (machine-id(5))');
  for (const file of ['none', 'unready', 'missing'])
    t.match(await identifyOwner({ machineId: `${dir}/${file}` }), { host: { id: '' } }, file);
});

t.test('which owners are alive, which are dead, and of which that cannot be seen', async (t) => {
  const us = await identifyOwner({ machineId: `${dir}/id` });
  const gone = { ...us, startTicks: '1' };
  const other = { ...us.host, name: 'ci-3' };
  const { pid, startTicks } = us;
  const nameless = { ...us, host: { id: '', name: us.host.name } };
  t.match(
    {
      self: await fateOf(us, us),
      'a later process has its PID': await fateOf(gone, us),
      'the host was renamed since': await fateOf({ ...us, host: other }, us),
      'an earlier boot': await fateOf({ ...us, boot: 'earlier' }, us),
      'an earlier boot, in a container': await fateOf({ ...us, boot: 'earlier', pidNamespace: 'pid:[1]' }, us),
      'another PID namespace': await fateOf({ ...gone, pidNamespace: 'pid:[1]' }, us),
      'another host': await fateOf({ ...us, boot: 'other', host: { id: 'f'.repeat(32), name: 'ci-3' } }, us),
      'a clone of this host': await fateOf({ ...us, boot: 'other', host: other }, us),
      'hosts without IDs': await fateOf({ ...nameless, boot: 'other' }, nameless),
      'an old page, and it runs': await fateOf({ pid, startTicks }, us),
      'an old page': await fateOf({ pid, startTicks: '1' }, us),
      'a page without a boot': await fateOf({ ...gone, boot: '' }, { ...us, boot: '' }),
    },
    {
      self: { is: 'alive' },
      'a later process has its PID': { is: 'dead' },
      'the host was renamed since': { is: 'alive' },
      'an earlier boot': { is: 'dead' },
      'an earlier boot, in a container': { is: 'dead' },
      'another PID namespace': { is: 'unknown', why: /PID namespace/ },
      'another host': { is: 'unknown', why: 'it ran on another host, ci-3' },
      'a clone of this host': { is: 'unknown', why: 'it ran on another host, ci-3' },
      'hosts without IDs': { is: 'unknown' },
      'an old page, and it runs': { is: 'alive' },
      'an old page': { is: 'unknown', why: /did not note/ },
      'a page without a boot': { is: 'unknown' },
    },
  );
});
