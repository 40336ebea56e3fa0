import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { program } from '../cli.js';
import { assets } from '../core/assets.js';
import { runCommandLine } from '../testing/command-line.js';
import { renderConfigTypes } from './settings/config-types.js';
import { isShared, listDeclarations } from './settings/declarations.js';
import { variableOf } from './settings/find-setting.js';

// The real options, and what sets them.

const oomdrill = program('0');
const declarations = listDeclarations(oomdrill);
const names = [...new Set(declarations.map(({ name }) => name))];

t.test('the types of a configuration are those of the declarations', async (t) => {
  const file = join(assets.root, 'harness', 'config', 'options.ts');
  t.equal(readFileSync(file, 'utf8'), renderConfigTypes(oomdrill), 'npm run generate');
});

t.test('options that mean different things in different commands', async (t) => {
  const apart = names.filter((name) => !isShared(name, declarations));
  t.same(apart.sort(), ['baseline', 'docker', 'host', 'key', 'markdown', 'port']);
  const own = declarations.filter(({ name, option }) => option.rule.own && isShared(name, declarations));
  t.same(own.map(({ section, name }) => `${section} --${name}`).sort(), [
    'capture --out',
    'init --bundle',
    'install --scale',
    'list --suite',
    'report --out',
  ]);
});

t.test('no variable sets two things', async (t) => {
  const sections = new Map(declarations.map(({ section, name }) => [`${section} ${name}`, variableOf(name, section)]));
  const all = [...sections.values(), ...names.map((name) => variableOf(name))];
  all.push(...Object.keys(oomdrill.manual.environment ?? {}));
  t.same(
    all.filter((name, index) => all.indexOf(name) !== index),
    [],
  );
});

t.test('the commands themselves say what a setting must be', async (t) => {
  const said = async (words: string, env: Record<string, string>, values = {}) => {
    const config = { file: 'oomdrill.config.ts', dir: '/nowhere', values };
    const { stderr } = await runCommandLine(words.split(' '), { settings: { env, config } });
    return stderr.trimEnd().split('\n').slice(0, 2).join('\n');
  };
  const OOMDRILL_JOBS = '0';
  t.equal(
    await said('run 2026-07-02-fixed', { OOMDRILL_JOBS }),
    'oomdrill: OOMDRILL_JOBS must be an integer from 1 to 64 (got 0). [COUNT_INVALID]',
  );
  t.match(
    await said('run 2026-07-02-fixed', {}, { jobs: 0 }),
    'oomdrill: oomdrill.config.ts: jobs must be an integer from 1 to 64 (got 0). [COUNT_INVALID]',
  );
  t.match(
    await said('list', {}, { json: 'x/y', run: { json: '-' } }),
    'oomdrill: oomdrill.config.ts: json must name a file in a directory that exists (got /nowhere/x/y). [OUTPUT_FILE]',
  );
  t.match(
    await said('run 2026-07-02-fixed', { OOMDRILL_GUEST: 'buzz' }),
    /There is no guest "buzz".*\n.*--guest is set by OOMDRILL_GUEST\.$/,
  );
  t.match(
    await said('run --host root@h', {}, { machine: 'vagrant' }),
    /^oomdrill: --host cannot be used with --machine vagrant.*\n.*--machine is set by oomdrill\.config\.ts: machine\.$/,
  );
});

t.test('settings of another kind of machine are passed over', async (t) => {
  const run = { host: 'root@scratch.example', guest: ['trixie'], jobs: 4 };
  const config = { file: 'oomdrill.config.ts', dir: '/nowhere', values: { run } };
  const said = async (words: string) =>
    (await runCommandLine(words.split(' '), { settings: { env: {}, config } })).stderr;
  t.match(await said('run no-scenario'), /SCENARIO_UNKNOWN/, 'no host of --machine qemu is misplaced');
  t.match(await said('run 2026-07-02-fixed --machine ssh'), /DESTRUCTIVE_NOT_ALLOWED/, 'no guest of --machine ssh');
});
