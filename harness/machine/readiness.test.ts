import t from 'tap';
import { requireAccount } from './readiness.js';

t.test('a user without an account, as in a container', async (t) => {
  const lookUp = () => {
    throw new Error('ENOENT: no such file or directory, uv_os_get_passwd');
  };
  t.throws(() => requireAccount(lookUp), {
    code: 'ACCOUNT_MISSING',
    message: /^User \d+ has no account/,
    hint: /container/,
  });
  t.doesNotThrow(() => requireAccount());
});
