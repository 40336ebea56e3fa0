import t from 'tap';
import { findKnownProbe, httpsProbe } from './known-probe.js';

const kindOf = (program: string, port: number) => findKnownProbe({ program, port })?.probe;

t.test('PostgreSQL and Redis, by the program, on whatever port', async (t) => {
  for (const program of [
    '/usr/lib/postgresql/15/bin/postgres',
    '/usr/bin/pg_ctlcluster',
    '/usr/pgsql-16/bin/postmaster',
  ])
    for (const port of [5432, 5433]) t.same(kindOf(program, port), { kind: 'postgres', user: 'postgres' }, program);
  for (const program of ['/usr/bin/redis-server', '/usr/local/bin/valkey-server'])
    t.same(kindOf(program, 6379), { kind: 'redis' }, program);
});

t.test('a web server on the port of HTTPS', async (t) => {
  for (const program of ['/usr/sbin/nginx', '/usr/sbin/apachectl', '/usr/sbin/httpd'])
    t.match(kindOf(program, 443), { kind: 'https' }, program);
});

t.test('nothing where it is not certain', async (t) => {
  for (const [program, port] of [
    ['/usr/sbin/nginx', 80],
    ['/usr/sbin/nginx', 8443],
    ['/usr/bin/node', 443],
    ['/usr/bin/node', 5432],
    ['/usr/bin/python3', 6379],
    ['/usr/bin/pgbouncer', 5432],
    ['/usr/bin/postgres-exporter', 9187],
    ['/usr/bin/redis-sentinel', 26379],
    ['/opt/postgres/bin/run', 5432],
    ['', 443],
    ['REDACTED', 5432],
  ] as const)
    t.equal(findKnownProbe({ program, port }), undefined, `${program} on ${port}`);
});

t.test('what an owner may have to add, and no secret', async (t) => {
  const known = (program: string, port: number) => findKnownProbe({ program, port });
  t.match(known('/usr/bin/postgres', 5432), {
    because: /starts \/usr\/bin\/postgres$/,
    needs: [/pg_hba\.conf.*passwordFrom/],
  });
  t.match(known('/usr/bin/redis-server', 6379)?.needs, [/bind.*passwordFrom.*tls/]);
  t.match(known('/usr/sbin/nginx', 443), { because: /listens on port 443$/, needs: [/serverName.*\bca\b/] });
  for (const [program, port] of [
    ['/usr/bin/postgres', 5432],
    ['/usr/bin/redis-server', 6379],
  ] as const)
    t.notOk('passwordFrom' in (known(program, port)?.probe ?? {}), 'whose variable that is, only its owner knows');
});

t.test('the name in a certificate is that of the URL, unless it is none', async (t) => {
  t.match(httpsProbe('web.example').probe, { kind: 'https', serverName: 'web.example' });
  for (const host of ['localhost', '127.0.0.1', '[::1]', '[fe80::a]', undefined])
    t.equal((httpsProbe(host).probe as { serverName?: string }).serverName, undefined, String(host));
});
