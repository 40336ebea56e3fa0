import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { loadScenarios } from '../campaign/catalogue.js';
import { runCommandLine } from '../testing/command-line.js';

const WEB = '[Service]\nExecStart=/opt/web/web\nMemoryMax=2G\nMemorySwapMax=0\nOOMPolicy=continue\n';
/** The folders of these tests are in a repository with pipelines: ours. */
const init = (dir: string, ...words: readonly string[]) => runCommandLine(['init', dir, '--ci', 'none', ...words]);

const URL_OF_WEB = ['--url', 'http://localhost:8080/health'];

t.test('an nginx to start with, without a finding of lint', async (t) => {
  const dir = join(t.testdir({}), 'new');
  const { stdout, stderr, exitCode } = await init(dir);
  t.equal(exitCode, 0, stderr);
  t.match(stdout, / drills\/nginx\.ts +a scenario: a runaway in the unit is killed/);
  t.match(stdout, /\ndrill with:\n {4}cd \S+new && npm install && npx oomdrill run\n$/);
  t.notMatch(stdout, 'worth a look');
  t.match(JSON.parse(readFileSync(join(dir, 'package.json'), 'utf8')), { name: 'new', scripts: { test: 'tap' } });
  const [scenario] = await loadScenarios([join(dir, 'drills')]);
  t.match(scenario, { name: 'nginx', hypothesis: /runaway in nginx\.service/, suite: 'nightly' });
  t.match(await scenario?.bundle.load(), { name: 'nginx', manifest: { host: { memory: '2G' } } });
  t.equal((await runCommandLine(['lint', join(dir, 'bundles/nginx'), '--strict'])).exitCode, 0);
});

t.test('a second time: what is there is named, and stays', async (t) => {
  const dir = join(t.testdir({}), 'new');
  await init(dir);
  const again = await init(dir);
  t.equal(again.exitCode, 64);
  t.match(again.stderr, /oomdrill\.config\.ts, tsconfig\.json and \.taprc exist already in \S+new/);
});

t.test('the start of a repository: its README.md and .gitignore are kept', async (t) => {
  const dir = t.testdir({ 'README.md': 'mine', '.gitignore': 'dist/\n' });
  const { stdout, stderr, exitCode } = await init(dir);
  t.equal(exitCode, 0, stderr);
  t.match(stdout, / README\.md +kept: yours, as it is\n/);
  t.match(stdout, / \.gitignore +kept: yours, as it is: it should have node_modules\/, /);
  t.equal(readFileSync(join(dir, 'README.md'), 'utf8'), 'mine');
  t.equal(readFileSync(join(dir, '.gitignore'), 'utf8'), 'dist/\n');
  t.ok(existsSync(join(dir, 'drills/nginx.ts')));
});

t.test('errors of lint are not said mildly', async (t) => {
  const dir = t.testdir({ 'web.service': '[Service]\nExecStart=/opt/web/web\nMemoryHigh=1G\nMemoryMax=2G\n' });
  const words = ['--unit', join(dir, 'web.service'), ...URL_OF_WEB, '--host-memory', '4G', '--swap', '0'];
  const { stdout } = await init(join(dir, 'new'), ...words);
  const [, errors, others] = stdout.split(/errors in the bundle, with which.*to fail:|worth a look in the bundle:/);
  t.match(stdout, /\nerrors in the bundle, with which the drill is expected to fail:\n.*error: .*\[soft-band\]/s);
  t.match(errors, 'soft-band');
  t.notMatch(errors, 'warning:');
  t.notMatch(others, 'error:');
});

t.test('a dry run writes nothing', async (t) => {
  const dir = join(t.testdir({}), 'new');
  const { stdout, exitCode } = await init(dir, '--dry-run', '--host-memory', '4G');
  t.equal(exitCode, 0);
  t.match(stdout, `${dir} would get, and nothing was written:\n    bundles/nginx/bundle.json`);
  t.notOk(existsSync(dir));
});

t.test('a unit file', async (t) => {
  const dir = t.testdir({ 'web.service': `${WEB}MemoryHigh=512M\n`, '.git': {}, '.github': {} });
  const words = [
    'init',
    join(dir, 'infra'),
    '--unit',
    join(dir, 'web.service'),
    ...URL_OF_WEB,
    '--package',
    'web,curl',
  ];
  const { stdout, exitCode } = await runCommandLine([...words, '--json', '-']);
  t.equal(exitCode, 0);
  const made = JSON.parse(stdout);
  t.match(made, {
    bundle: { path: 'bundles/web', manifest: { packages: ['web', 'curl'] } },
    findings: [{ rule: String }],
  });
  t.match(made.needs[0], 'The guest gets the package web');
  t.ok(existsSync(join(dir, '.github/workflows/oomdrill.yml')));
  t.match(made.files.at(-1), { path: '../.github/workflows/oomdrill.yml', does: 'the nightly of GitHub Actions' });
});

t.test('a bundle: copied, or used where it is', async (t) => {
  const bundle = {
    'bundle.json': JSON.stringify({
      description: 'web',
      host: { memory: '4G', swap: '0', cpus: 1 },
      serving: { unit: 'web.service', port: 80, path: '/' },
    }),
    etc: { systemd: { system: { 'web.service': WEB } } },
    captured: { 'left-out.txt': '' },
  };
  const dir = t.testdir({ web: bundle, infra: { hosts: { web: structuredClone(bundle) } } });
  const copied = await init(join(dir, 'new'), '--bundle', join(dir, 'web'));
  t.match(copied.stdout, / bundles\/web\/ +the bundle, copied from /);
  t.ok(existsSync(join(dir, 'new/bundles/web/captured/left-out.txt')));
  await init(join(dir, 'infra'), '--bundle', join(dir, 'infra/hosts/web'));
  t.match(readFileSync(join(dir, 'infra/drills/web.ts'), 'utf8'), 'bundle: "../hosts/web"');
  t.notOk(existsSync(join(dir, 'infra/bundles')));
  const { stderr } = await init(join(dir, 'web/drills'), '--bundle', join(dir, 'web'));
  t.match(stderr, /must not be in the bundle \S+\. \[INIT_BUNDLE\]/);
});

t.test('package.json is added to', async (t) => {
  const dir = t.testdir({ 'package.json': '{ "dependencies": { "oomdrill": "file:../x.tgz" } }' });
  const { stdout } = await init(dir);
  t.match(stdout, / package\.json +added: scripts drill, nightly/);
  t.match(JSON.parse(readFileSync(join(dir, 'package.json'), 'utf8')), {
    dependencies: { oomdrill: 'file:../x.tgz' },
    devDependencies: { oomdrill: undefined, tap: String },
  });
});

t.test('options that do not go together', async (t) => {
  const dir = t.testdir({ 'web.service': WEB });
  const unit = join(dir, 'web.service');
  for (const [words, message] of [
    [['--unit', unit, '--bundle', 'x'], '--bundle cannot be used with --unit'],
    [['--bundle', 'x', '--swap', '0'], '--bundle cannot be used with --unit'],
    [['--unit', unit], '--unit must be used with --url'],
    [['--unit', unit, '--url', 'ftp://x/'], '--url must be an HTTP or HTTPS address'],
    [['--unit', unit, '--url', 'https://me:word@x/'], '--url must be an HTTP or HTTPS address'],
    [URL_OF_WEB, '--url and --package must be used with --unit'],
    [['--ci', 'travis'], '--ci must be github, woodpecker, gitlab or none (got travis). [INIT_CI]'],
    [['--host-memory', '4GB'], '--host-memory must be a size above 0, such as 16G (got 4GB). [VALUE_INVALID]'],
    [['--bundle', join(dir, 'none')], 'There is no bundle at'],
  ] as const) {
    const { stderr, exitCode } = await init(join(dir, 'new'), ...words);
    t.match(stderr, message);
    t.equal(exitCode, 64, stderr);
  }
  t.match((await init(' ')).stderr, 'The folder must be a directory (got " "). [INIT_DIR]');
  t.notOk(existsSync(join(dir, 'new')));
});

t.test('a server that is asked by HTTPS', async (t) => {
  const dir = t.testdir({ 'web.service': WEB });
  const made = async (name: string, url: string) => {
    const { stdout } = await init(join(dir, name), '--unit', join(dir, 'web.service'), '--url', url);
    return { stdout, serving: JSON.parse(readFileSync(join(dir, name, 'bundles/web/bundle.json'), 'utf8')).serving };
  };
  const named = await made('a', 'https://web.example/health');
  t.match(named.serving, { port: 443, path: '/health', probe: { kind: 'https', serverName: 'web.example' } });
  t.match(named.stdout, /The certificate of the server must be in the guest/);
  const local = await made('b', 'https://localhost:8443/');
  t.match(local.serving, { port: 8443, probe: { kind: 'https' } });
  t.notOk('serverName' in local.serving.probe);
  const plain = await made('c', 'http://localhost:443/');
  t.notOk('probe' in plain.serving);
  t.notMatch(plain.stdout, /certificate/);
});
