import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, ftruncateSync, mkdtempSync, openSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { program } from '../cli.js';
import { findConfig } from '../config/load-config.js';
import { MIB } from '../core/bytes.js';
import { runCommandLine } from '../testing/command-line.js';
import { compose, recordText } from '../testing/record.js';

/** Things at a path that are not a text file. To wait for one of them would be to wait for ever. */
const makeOddFiles = async (t: Test): Promise<Readonly<Record<string, string>>> => {
  // The path of a socket has at most 107 bytes.
  const dir = mkdtempSync('/tmp/oomdrill-');
  t.teardown(() => rmSync(dir, { recursive: true }));
  const at = (name: string) => join(dir, name);
  execFileSync('mkfifo', [at('pipe')]);
  const server = createServer().listen(at('socket'));
  await once(server, 'listening');
  t.teardown(() => server.close());
  const large = openSync(at('large'), 'w');
  ftruncateSync(large, 700 * MIB);
  closeSync(large);
  symlinkSync('circle', at('circle'));
  writeFileSync(at('utf16'), Buffer.from('\uFEFF{}\n', 'utf16le'));
  return {
    'a named pipe': at('pipe'),
    'a socket': at('socket'),
    'a device': '/dev/zero',
    'a file of 700 MiB': at('large'),
    'a circle of links': at('circle'),
    'UTF-16': at('utf16'),
    nothing: at('none'),
    'an empty directory': mkdtempSync(at('folder-')),
  };
};

const folder = (t: Test) =>
  t.testdir({ good: recordText(compose()), history: '', bundle: { etc: { systemd: { system: {} } } } });

/** A bundle with a link to a path in the place of one of its files. */
const bundleWith = (dir: string, place: string, path: string): string => {
  const link = join(dir, 'bundle', place);
  rmSync(link, { force: true });
  symlinkSync(path, link);
  return join(dir, 'bundle');
};

type CommandLine = (path: string, dir: string) => readonly string[];

/** Each place where the command line reads a file of the user's. */
const READERS: Readonly<Record<string, CommandLine>> = {
  judge: (path) => ['judge', path],
  report: (path, dir) => ['report', path, '-o', dir],
  'report --map': (path, dir) => ['report', join(dir, 'good'), '--map', path, '-o', dir],
  explain: (path) => ['explain', path],
  merge: (path) => ['merge', path],
  'results --add': (path, dir) => ['results', '--add', path, '--store', join(dir, 'results.db')],
  'results --store': (path) => ['results', '--store', path],
  'history --history': (path) => ['history', '--history', path],
  'history --baseline': (path, dir) => ['history', '--history', join(dir, 'history'), '--baseline', path],
  'accept --history': (path) => ['accept', '--history', path],
  run: (path) => ['run', path],
  lint: (path) => ['lint', path],
  mutate: (path) => ['mutate', path, '--list'],
  'mutate, its bundle.json': (path, dir) => ['mutate', bundleWith(dir, 'bundle.json', path), '--list'],
  map: (path) => ['map', path],
  validate: (path) => ['validate', path],
  'validate --baseline': (path) => ['validate', '--memory-max', '1G', '--baseline', path],
  'init --unit': (path, dir) => ['init', join(dir, 'new'), '--unit', path, '--url', 'http://localhost:80/'],
  'init --bundle': (path, dir) => ['init', join(dir, 'new'), '--bundle', path],
  'capture --from': (path) => ['capture', '--from', path],
};

/** What is right in a place: a baseline that is not there yet, a history as empty as /dev/null. */
const MAY_BE: Readonly<Record<string, string>> = { 'history --baseline': 'nothing', 'history --history': 'a device' };

/** Commands that read no file of the user's. */
const WITHOUT = ['list', 'doctor', 'setup', 'image', 'install', 'reap', 'config', 'help'];

t.test('every command is looked at', async (t) => {
  const names = program('0').commands.map((command) => command.name());
  const seen = Object.keys(READERS).map((name) => name.split(/\W/)[0]);
  t.same(
    names.filter((name) => !seen.includes(name) && !WITHOUT.includes(name)),
    [],
  );
});

for (const [name, commandLine] of Object.entries(READERS))
  t.test(`${name}: what is not a file of text ends in one sentence`, async (t) => {
    const dir = folder(t);
    for (const [what, path] of Object.entries(await makeOddFiles(t))) {
      if (MAY_BE[name] === what) continue;
      const { exitCode, stdout, stderr } = await runCommandLine(commandLine(path, dir));
      t.match(exitCode, /^(?:1|2|64)$/, `${what}: ${stdout}`);
      const words = name === 'lint' ? `${stdout}${stderr}` : stderr;
      t.notMatch(words, /undefined|EISDIR|BUG|\n {4}at /, what);
      t.match(words.match(/^oomdrill: .*\[[A-Z_]+\]$/gm), { length: 1 }, `${what}: ${words}`);
    }
  });

t.test('a configuration file', async (t) => {
  const odd = await makeOddFiles(t);
  for (const name of ['oomdrill.config.json', 'oomdrill.config.ts'])
    for (const what of ['a named pipe', 'a socket', 'a device', 'a file of 700 MiB', 'UTF-16']) {
      const dir = t.testdir({ [name]: t.fixture('symlink', odd[what] ?? '') });
      t.match(await findConfig(dir), { fault: { code: 'CONFIG_READ', message: /^Could not read the configuration / } });
    }
});
