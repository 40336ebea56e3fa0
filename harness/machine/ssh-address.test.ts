import { join } from 'node:path';
import t from 'tap';
import { checkKeyFile, parseSshAddress, sshHint } from './ssh-address.js';

t.test('how a host is named', async (t) => {
  t.same(parseSshAddress('root@web.example'), { user: 'root', host: 'web.example' });
  t.same(parseSshAddress('me@h', '2222'), { user: 'me', host: 'h', port: 2222 });
  for (const text of ['web.example', '@h', 'me@', '-o@h', 'me@-o']) t.throws(() => parseSshAddress(text));
  for (const port of ['0', '65536', 'ssh', '']) t.throws(() => parseSshAddress('me@h', port), { code: 'HOST_INVALID' });
});

t.test('a private key that is not there', async (t) => {
  const dir = t.testdir({ key: '' });
  checkKeyFile(join(dir, 'key'));
  for (const file of [dir, join(dir, 'none'), ''])
    t.throws(() => checkKeyFile(file), {
      code: 'KEY_MISSING',
      message: '--key must name the file of a private key (got ',
    });
});

t.test('the command to try by hand has the port and the key', async (t) => {
  t.match(sshHint({ user: 'me', host: 'h' }), /^`ssh me@h true` must work/);
  t.match(sshHint({ user: 'me', host: 'h', port: 2222 }, '/a b'), /^`ssh -p 2222 -i '\/a b' me@h true` must work/);
});
