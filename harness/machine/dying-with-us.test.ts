import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { execa } from 'execa';
import t from 'tap';
import { dyingWithUs } from './dying-with-us.js';
import { identify, isAlive } from './process.js';

t.test('the program is started as it is', async (t) => {
  const { stdout } = await execa(...dyingWithUs('printf', ['%s|', 'a b', '', '$x']));
  t.equal(stdout, 'a b||$x|');
  const { exitCode } = await execa(...dyingWithUs('no-such-program', []), { reject: false });
  t.equal(exitCode, 127, 'as without it');
});

t.test('it is not started if its parent was gone before the kernel knew of it', async (t) => {
  const { stdout, failed } = await execa(...dyingWithUs('echo', ['started'], 1), { reject: false });
  t.equal(stdout, '');
  t.ok(failed);
});

t.test('it dies with its parent', async (t) => {
  const [file, args] = dyingWithUs('sh', ['-c', 'echo $$; exec sleep 1000']);
  const script = `const { spawn } = require('node:child_process');
    const words = ${JSON.stringify(args)}.map((word) => (word === '${process.pid}' ? String(process.pid) : word));
    spawn(${JSON.stringify(file)}, words, { stdio: ['ignore', 'inherit', 'ignore'], detached: true });`;
  const parent = execa(process.execPath, ['-e', script], { reject: false, stderr: 'ignore' });
  const [line] = await once(createInterface({ input: parent.stdout }), 'line');
  const identity = await identify(Number(line));
  if (!identity) throw new Error('it is not there');
  parent.kill('SIGKILL');
  await parent;
  while (await isAlive(identity)) await new Promise((resolve) => setTimeout(resolve, 20));
  t.pass('it is gone');
});
