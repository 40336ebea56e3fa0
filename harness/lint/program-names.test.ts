import t from 'tap';
import { readProgramNames } from './program-names.js';

t.test('the names of the processes that a command starts', async (t) => {
  const names: Readonly<Record<string, readonly string[]>> = {
    '': [],
    '-/usr/bin/node /srv/server.js': ['node'],
    '@/usr/bin/node name': ['node'],
    '/usr/bin/env NODE_ENV=production node x': ['node'],
    '/opt/a-name-that-is-longer': ['a-name-that-is-'],
    '/bin/sh /srv/run.sh': ['sh'],
    '/bin/bash -lc "exec node /srv/server.js"': ['node'],
    "/bin/bash -euo pipefail -c 'cd /srv && A=1 exec node server.js'": ['node'],
    '/bin/bash -c -l \'cd /srv && exec env A=1 node "a; b"\'': ['node'],
    "/bin/sh -c 'cd /srv; node server.js | cat &'": ['sh', 'cat'],
    "/bin/sh -c 'ulimit -n 9; node server.js'": ['sh', 'node'],
    '/bin/sh -c \'exec bash -c "node x"\'': ['bash', 'node'],
    "/bin/sh -c ''": ['sh'],
    '/bin/sh -c': ['sh'],
  };
  for (const [command, expected] of Object.entries(names)) t.same(readProgramNames(command), expected, command);
});
