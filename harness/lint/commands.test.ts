import t from 'tap';
import { splitCommandLine, unwrapCommand } from './commands.js';

t.test('the commands of a line of ExecStart=', async (t) => {
  const commands: Readonly<Record<string, readonly (readonly string[])[]>> = {
    '': [],
    '-/usr/bin/a b': [['/usr/bin/a', 'b']],
    'a b ; c': [['a', 'b'], ['c']],
    "/bin/sh -c 'a; b && c || d | e & f'": [['a'], ['b'], ['c'], ['d'], ['e'], ['f']],
    '/bin/sh -c \'a "x; y" z; b\'': [['a', 'x; y', 'z'], ['b']],
    '/usr/bin/env A=1 bash -lc "exec a"': [['a']],
    '/bin/sh -c \'sh -c "a; b"\'': [['a'], ['b']],
    '/bin/sh /srv/run.sh': [['/bin/sh', '/srv/run.sh']],
    'A=1 a': [['a']],
    "/bin/sh -c 'if ! a; then B=1 exec b; fi'": [['a'], ['b'], ['fi']],
  };
  for (const [line, expected] of Object.entries(commands)) t.same(splitCommandLine(line), expected, line);
});

t.test('what a wrapper runs in the end', async (t) => {
  const unwrap = (line: string) => unwrapCommand(line.split(' '), (program) => program.endsWith('docker'));
  t.same(unwrap('docker run a'), ['docker', 'run', 'a']);
  t.same(unwrap('/usr/bin/timeout -k 5 60 /usr/bin/docker run a'), ['/usr/bin/docker', 'run', 'a']);
  t.same(unwrap('sudo -u deploy docker run a'), ['docker', 'run', 'a']);
  t.equal(unwrap('echo docker run a'), undefined);
  t.equal(unwrap('sudo ls'), undefined);
});
