import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { loadProgram } from '../cli.js';
import { findConfig } from '../config/load-config.js';
import { configSchema } from '../contract/config.js';
import { assets } from '../core/assets.js';
import { type Ran, withOutputKept } from '../testing/command-line.js';
import { compose, recordText } from '../testing/record.js';
import type { RunFlags } from './declaration/run.js';
import { readDrillFlags } from './drill-flags.js';

// A configuration file as it is found, loaded and used by the real command line.

const before = process.cwd();
t.teardown(() => process.chdir(before));

const OWN = `
const reporter = {
  name: 'lines', description: 'write a line for each drill', output: 'file',
  render: async ({ runs }) => runs.map(({ scenario, verdict }) => scenario + '=' + verdict + '\\n').join(''),
};
const probe = { name: 'memcached', ask: async () => ({ ok: true }) };
export default { out: 'here', run: { suite: 'nightly', jobs: 0 }, reporters: [reporter], probes: [probe] };`;

/** Runs a command line in a folder with these files. */
async function inFolder(t: Test, files: object, words: string, env: Record<string, string> = {}): Promise<Ran> {
  const folder = t.testdir({ ...files, 'record.jsonl': recordText(compose()) });
  return inPlace(folder, words, env);
}

async function inPlace(folder: string, words: string, env: Record<string, string> = {}): Promise<Ran> {
  process.chdir(folder);
  const oomdrill = await loadProgram(folder, env);
  return withOutputKept(() => oomdrill.parseAsync(words.split(' '), { from: 'user' }));
}

const configOf = async (t: Test, files: object, words = 'config --json -', env: Record<string, string> = {}) =>
  configSchema.parse(JSON.parse((await inFolder(t, files, words, env)).stdout));

t.test('the nearest file above the working folder is used', async (t) => {
  const deep = { sub: { deeper: {} } };
  const folder = t.testdir({ 'oomdrill.config.ts': 'export default { out: "here" as string };', ...deep });
  const { stdout } = await inPlace(join(folder, 'sub', 'deeper'), 'config run --json -');
  const [run] = JSON.parse(stdout).commands;
  t.match(JSON.parse(stdout), { file: '../../oomdrill.config.ts', fault: null });
  t.match(
    run.options.find(({ option }: { option: string }) => option === '--out'),
    {
      value: join(folder, 'here'),
      setBy: 'file',
      key: 'out',
    },
  );
});

t.test('each kind of file', async (t) => {
  for (const [name, text] of [
    ['ts', 'const out: string = "a";\nexport default { out };'],
    ['js', 'export default { out: "a" };'],
    ['mjs', 'export default { out: "a" };'],
    ['json', '{ "out": "a" }'],
  ] as const) {
    const { file, commands } = await configOf(t, { [`oomdrill.config.${name}`]: text });
    t.equal(file, `oomdrill.config.${name}`);
    t.match(commands.find(({ command }) => command === 'run')?.options, [{ option: '--json' }]);
  }
});

const BROKEN: Record<string, readonly [string, string, string | RegExp]> = {
  'a syntax error': [
    'ts',
    'export default {\n  out: ;\n};',
    'oomdrill.config.ts:2 could not be loaded: Unexpected token.',
  ],
  'it throws': ['ts', '\nthrow new Error("boom");', 'oomdrill.config.ts:2 could not be loaded: boom.'],
  'no default export': ['ts', 'export const out = 1;', 'oomdrill.config.ts must export an object as its default.'],
  'an empty file': ['js', '', 'oomdrill.config.js must export an object as its default.'],
  'no object': ['json', '[]', 'oomdrill.config.json must hold an object.'],
  'no JSON': ['json', '{', /^oomdrill\.config\.json is not JSON: /],
  'an unknown key': ['json', '{ "guset": "trixie" }', 'oomdrill.config.json: guset is not a command or an option.'],
  'a wrong type': ['json', '{ "quiet": 1 }', 'oomdrill.config.json: quiet must be true or false (got 1).'],
  'no list of reporters': ['json', '{ "reporters": {} }', 'oomdrill.config.json: reporters must be a list of objects.'],
  'a reporter without a name': [
    'json',
    '{ "reporters": [{}] }',
    'oomdrill.config.json: reporters[0] must have a name of small letters, digits and dashes, not beginning with no-, because it is its option.',
  ],
  'a reporter whose option is taken': [
    'ts',
    "export default { reporters: [{ name: 'suite', description: 'x', output: 'file', render() {} }] };",
    'oomdrill.config.ts: reporters[0] must have another name: "suite" is taken.',
  ],
  'a reporter of the name of an option of the program': [
    'ts',
    "export default { reporters: [{ name: 'version', description: 'x', output: 'file', render() {} }] };",
    'oomdrill.config.ts: reporters[0] must have another name: "version" is taken.',
  ],
  'a reporter of a name that every object has': [
    'ts',
    "export default { reporters: [{ name: 'to-string', description: 'x', output: 'file', render() {} }] };",
    'oomdrill.config.ts: reporters[0] must have another name: "to-string" is taken.',
  ],
  'a reporter of the variable of an option for one command': [
    'ts',
    "export default { reporters: [{ name: 'run-suite', description: 'x', output: 'file', render() {} }] };",
    'oomdrill.config.ts: reporters[0] must have another name: "run-suite" is taken.',
  ],
  'a value that JSON does not have': [
    'ts',
    'export default { scale: 8n };',
    'oomdrill.config.ts: scale must be a string in quotes, or a number (got 8).',
  ],
  'a function in the place of a value': [
    'ts',
    'export default { out() {} };',
    'oomdrill.config.ts: out must be a string in quotes (got a function).',
  ],
  'a list of none': [
    'json',
    '{ "guest": [] }',
    'oomdrill.config.json: guest must be a string in quotes, or a list of at least one such string.',
  ],
  'a reporter whose variable is taken': [
    'ts',
    "export default { reporters: [{ name: 'cache', description: 'x', output: 'file', render() {} }] };",
    'oomdrill.config.ts: reporters[0] must have another name: "cache" is taken.',
  ],
  'two reporters of one name': [
    'ts',
    "const a = { name: 'a', description: 'x', output: 'file', render() {} };\nexport default { reporters: [a, a] };",
    'oomdrill.config.ts: reporters[1] must have another name: "a" is taken.',
  ],
  'a reporter that cannot print': [
    'ts',
    "export default { reporters: [{ name: 'a', description: 'x', output: 'stdout', render() {} }] };",
    'oomdrill.config.ts: reporters[0] must have a function note, because it prints.',
  ],
  'a probe of our name': [
    'ts',
    "export default { probes: [{ name: 'http', ask() {} }] };",
    'oomdrill.config.ts: probes[0] must have another name: "http" is taken.',
  ],
  'a probe that asks nothing': [
    'ts',
    "export default { probes: [{ name: 'memcached' }] };",
    'oomdrill.config.ts: probes[0] must have a function ask.',
  ],
  'no kind of injection': [
    'json',
    '{ "injections": [{ "name": "forks", "summary": "x", "words": { "noun": "x", "verb": "y" } }] }',
    'oomdrill.config.json: injections[0] must have a function contradictionIn.',
  ],
  'a key that throws': ['ts', 'export default { get out() { throw new Error("x"); } };', /could not be read: x\.$/],
  'a consent to harm': [
    'json',
    '{ "run": { "allowDestructive": true } }',
    /^oomdrill\.config\.json: run\.allowDestructive must be given on the command line, as --allow-destructive, /,
  ],
  'a key of every object': [
    'json',
    '{ "toString": 1 }',
    'oomdrill.config.json: toString is not a command or an option.',
  ],
  'a machine': [
    'json',
    '{ "machines": [] }',
    /^oomdrill\.config\.json: machines cannot be added by a configuration, because all drills rest on/,
  ],
};

for (const [name, [kind, text, message]] of Object.entries(BROKEN)) {
  t.test(`a broken file: ${name}`, async (t) => {
    const files = { [`oomdrill.config.${kind}`]: text };
    const { fault } = await configOf(t, files);
    t.match(fault, message);
    const shown = await inFolder(t, files, 'config');
    t.equal(shown.exitCode, 64);
    t.match(shown.stdout, /^It cannot be used: /m);
    await t.rejects(inFolder(t, files, 'list'), { message, kind: 'usage' });
    const { stdout, stderr } = await inFolder(t, files, 'doctor --json -');
    t.match(stderr, /^oomdrill: warning: oomdrill\.config\..* The file is ignored\.$/m);
    t.match(JSON.parse(stdout), { schema: /doctor/ }, 'doctor works');
  });
}

t.test('a reporter of the file has its option and its variable', async (t) => {
  const files = { 'oomdrill.config.ts': OWN };
  const { exitCode } = await inFolder(t, files, 'judge record.jsonl', { OOMDRILL_LINES: 'lines.txt' });
  t.equal(exitCode, 0);
  t.match(readFileSync('lines.txt', 'utf8'), /^\S+=pass\n$/);
  const unwritable = await inFolder(t, files, 'judge record.jsonl --lines none/x');
  t.match(unwritable.stderr, /^oomdrill: --lines must name a file in a directory that exists/, 'before any work');
  process.chdir(t.testdirName);
  const help = (await loadProgram(t.testdirName, {})).commands.find((command) => command.name() === 'run');
  t.match(help?.helpInformation(), '--lines <file>');
});

t.test('a reporter that fails costs no results', async (t) => {
  const failing = `const facts = { description: 'x', note: (line) => line };
    class Printer { name = 'printer'; output = 'stdout'; description = 'x'; note(line) { return line; } render() { return 5; } }
    const writer = { ...facts, name: 'writer', output: 'file', render: async () => { throw new Error('boom'); } };
    export default { reporters: [new Printer(), writer] };`;
  const files = { 'oomdrill.config.ts': failing };
  const printed = await inFolder(t, files, 'judge record.jsonl --printer');
  t.match(printed.stderr, /the reporter printer could not print: its function render must give a text\.$/m);
  t.match(printed.stdout, /pass/, 'the reporter for people does');
  t.equal(printed.exitCode, 0);
  const words = 'judge record.jsonl --writer w.txt --junit j.xml';
  const written = await inFolder(t, files, words);
  t.match(written, {
    exitCode: 2,
    stderr: /Could not write the report of --writer to w\.txt: boom\. \[REPORT_WRITE\]/,
  });
  t.match(written.stdout, /pass/, 'what is for people is printed');
  t.match(readFileSync('j.xml', 'utf8'), '<testsuite');
});

t.test('a directory in the place of the file', async (t) => {
  const dir = t.testdir({ 'oomdrill.config.json': {} });
  await t.rejects(inFolder(t, { 'oomdrill.config.json': {} }, 'list'), {
    code: 'CONFIG_READ',
    message: `Could not read the configuration ${join(dir, 'oomdrill.config.json')}: it is a directory, not a file.`,
  });
});

t.test('a working folder that was removed', async (t) => {
  const dir = t.testdir({ gone: {} });
  process.chdir(join(dir, 'gone'));
  rmSync(join(dir, 'gone'), { recursive: true });
  const found = await findConfig('.');
  process.chdir(before);
  t.match(found, { fault: { code: 'CONFIG_READ', message: 'The working folder is gone.' } });
});

t.test('a probe of the file is one that drills know, and a setting of it one of run', async (t) => {
  const folder = t.testdir({ 'oomdrill.config.ts': OWN });
  let flags: RunFlags | undefined;
  const executeRun = async (_: unknown, given: RunFlags) => {
    flags = given;
  };
  const oomdrill = await loadProgram(folder, {}, { executeRun });
  await oomdrill.parseAsync(['run', '--rate', '20'], { from: 'user' });
  t.match(flags, { suite: 'nightly', out: join(folder, 'here'), jobs: '0' });
  t.equal(flags && readDrillFlags(flags).probeIntervalMs, 50, 'twenty questions a second');
  t.same(flags && readDrillFlags(flags).tables.probes.map(({ name }) => name), ['memcached']);
});

t.test('the example of docs/configuration.md is one that works', async (t) => {
  const page = readFileSync(join(assets.root, 'docs', 'configuration.md'), 'utf8');
  const [, example = ''] = /```ts\n([\s\S]*?)```/.exec(page) ?? [];
  const { fault, reporters, probes, commands } = await configOf(t, { 'oomdrill.config.ts': example });
  t.same({ fault, reporters, probes }, { fault: null, reporters: ['chat'], probes: ['page'] });
  const run = commands.find(({ command }) => command === 'run');
  const set = run?.options.filter(({ setBy }) => setBy === 'file').map(({ option }) => option);
  t.same(set?.sort(), ['--guest', '--jobs', '--junit', '--out', '--scale', '--scenarios', '--suite']);
});

t.test('what is in force, for people', async (t) => {
  const env = { OOMDRILL_JOBS: '2', OOMDRILL_QUIET: 'maybe', OOMDRILL_RUN_HOST: 'root@h', OOMDRILL_SCLAE: '8' };
  const files = { 'oomdrill.config.ts': OWN };
  const { stdout, stderr, exitCode } = await inFolder(t, files, 'config', env);
  t.equal(stderr, '', 'nothing is said twice');
  t.equal(exitCode, 64, 'a value is wrong');
  t.equal(
    stdout.replaceAll(t.testdirName, '/repo').replaceAll(/ +$/gm, ''),
    `configuration: oomdrill.config.ts
reporters: lines
probes: memcached

option   value     set by
--suite  nightly   run.suite (run)
--host   not used  OOMDRILL_RUN_HOST: it does not go with --machine qemu (run)
--jobs   2         OOMDRILL_JOBS (run)
--out    /repo/here
                   out (run, map, mutate, validate, merge, history, accept, results)
--quiet  wrong     OOMDRILL_QUIET must be true or false (got maybe). (run)

All other options are at their defaults. \`oomdrill config COMMAND\` shows those of a command.

warning: OOMDRILL_SCLAE has no effect. Did you mean OOMDRILL_SCALE?
`,
  );
  const odd = await inFolder(t, {}, 'config', { OOMDRILL_OUT: 'a\nb' });
  t.match(odd.stdout, /^--out +a\\nb +OOMDRILL_OUT/m, 'a line stays one');
  const run = await inFolder(t, {}, 'config run');
  t.match(run.stdout, /^configuration: there is no file$/m);
  t.match(run.stdout, /^--scale +auto +default$/m);
  t.match(run.stdout, /^--allow-destructive +false +default$/m);
  t.match((await inFolder(t, {}, 'config rnu')).stderr, /COMMAND_UNKNOWN/);
});
