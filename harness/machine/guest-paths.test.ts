import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { assets } from '../core/assets.js';
import { CONTROL_PORT, virtioPort } from './guest-paths.js';

t.test('files other than our programs say the same', async (t) => {
  const sshd = await readFile(assets.guestSource('image', 'rootfs', 'etc', 'oomdrill', 'sshd_config'), 'utf8');
  t.match(sshd, `Port ${CONTROL_PORT}\n`);
  t.match(await readFile(join(assets.root, 'Vagrantfile'), 'utf8'), `target_name: '${virtioPort('samples')}'`);
});
