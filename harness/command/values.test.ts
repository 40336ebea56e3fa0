import t from 'tap';
import { GIB } from '../core/bytes.js';
import { runCommandLine } from '../testing/command-line.js';
import { askedAt } from './asked-at.js';
import { countOf } from './count.js';
import { sizeOf } from './size.js';

t.test('a number within bounds', async (t) => {
  t.equal(countOf('1', '--repeat', 1_000), 1);
  t.equal(countOf('1000', '--repeat', 1_000), 1_000);
  for (const text of ['0', '1001', '1.5', 'many', '1e2', '0x10', '+3']) {
    t.throws(() => countOf(text, '--repeat', 1_000), {
      code: 'COUNT_INVALID',
      message: `--repeat must be an integer from 1 to 1000 (got ${text}).`,
    });
  }
  t.throws(() => countOf('3\n', '--repeat', 1_000), { message: /\(got "3\\n"\)/ });
  t.throws(() => countOf(' ', '--steps', 64, 2), { message: '--steps must be an integer from 2 to 64 (got " ").' });
});

t.test('a size', async (t) => {
  t.equal(sizeOf('24G', '--memory'), 24 * GIB);
  t.equal(sizeOf('0', '--swap', 0), 0);
  for (const text of ['0', 'infinity', '24GB', '-1']) {
    t.throws(() => sizeOf(text, '--memory'), {
      code: 'SIZE_INVALID',
      message: `--memory must be a size above 0, such as 16G or 512M (got ${text}).`,
      hint: 'Write a number of bytes, with a capital K, M, G or T for a power of 1024.',
    });
  }
  t.throws(() => sizeOf('none', '--swap', 0), { message: /--swap must be a size such as 16G, or 0 \(got none\)/ });
});

t.test('the URL that the prober asks', async (t) => {
  t.same(askedAt('http://localhost:8080/health?deep=1'), { port: 8080, path: '/health?deep=1' });
  t.same(askedAt('http://localhost'), { port: 80, path: '/' });
  t.match(askedAt('https://localhost/'), { port: 443, path: '/', known: { probe: { kind: 'https' } } });
  t.match(askedAt('https://a.example:8443/x'), {
    port: 8443,
    path: '/x',
    known: { probe: { serverName: 'a.example' } },
  });
  for (const text of ['http://localhost:0/', 'https://me:secret@localhost/', 'localhost', 'ftp://localhost/', ''])
    t.throws(() => askedAt(text), { code: 'URL_INVALID', message: /an HTTP or HTTPS address without a password/ });
});

t.test('standard input can be explained once only', async (t) => {
  t.match(await runCommandLine(['explain', '-', '-']), { exitCode: 64, stderr: /must be named once only/ });
});
