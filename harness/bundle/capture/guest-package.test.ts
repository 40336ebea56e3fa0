import t from 'tap';
import { guestPackage } from './guest-package.js';

t.test('the package of the program, and for a cluster of PostgreSQL that of its version', async (t) => {
  const cluster = (unit: string) => guestPackage('/usr/bin/pg_ctlcluster', unit, 'postgresql-common');
  t.equal(guestPackage('/usr/sbin/nginx', 'nginx.service', 'nginx'), 'nginx');
  t.equal(cluster('postgresql@17-main.service'), 'postgresql-17');
  t.equal(cluster('postgresql@9.6-main.service'), 'postgresql-9.6');
  t.equal(cluster('db.service'), 'postgresql');
});
