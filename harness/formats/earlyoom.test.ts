import t from 'tap';
import { composeUnit } from '../testing/unit-in-tree.js';
import { readEarlyoom } from './earlyoom.js';

const defaults = (line: string) => ({ path: 'etc/default/earlyoom', shown: 'my/earlyoom', text: `${line}\n` });
const service = (lines: string, isKnownInPart = false) =>
  composeUnit('earlyoom.service', `[Service]\n${lines}\n`, isKnownInPart);
const DEBIAN = 'EnvironmentFile=-/etc/default/earlyoom\nExecStart=/usr/bin/earlyoom $EARLYOOM_ARGS';
const textsOf = (...args: Parameters<typeof readEarlyoom>) =>
  readEarlyoom(...args)?.patterns.map(({ option, text }) => `${option} ${text}`);

t.test('undefined if the tree has neither file nor unit', async (t) => {
  t.equal(readEarlyoom([], []), undefined);
});

t.test('patterns of the file, as earlyoom receives them, with their line', async (t) => {
  t.same(readEarlyoom([defaults('# mine\nEARLYOOM_ARGS="-m 5 --prefer=^a$ --avoid \'^(b|c)$\'"')], [])?.patterns, [
    { option: '--prefer', text: '^a$', written: undefined, at: { path: 'my/earlyoom', line: 2 } },
    { option: '--avoid', text: '^(b|c)$', written: undefined, at: { path: 'my/earlyoom', line: 2 } },
  ]);
});

t.test('a pattern from which systemd removes a backslash is also kept as written', async (t) => {
  t.match(readEarlyoom([defaults(`EARLYOOM_ARGS="--prefer '^2\\\\.1$'"`)], [])?.patterns, [
    { text: '^2.1$', written: '^2\\\\.1$' },
  ]);
  t.match(readEarlyoom([defaults(`EARLYOOM_ARGS="--prefer '^2[.]1$'"`)], [])?.patterns, [{ written: undefined }]);
});

t.test("the unit's own arguments come before the variable, and the file overrides Environment=", async (t) => {
  const file = defaults('EARLYOOM_ARGS="--prefer file"');
  const own = 'Environment="EARLYOOM_ARGS=--prefer unit"';
  t.same(textsOf([file], [service(`${DEBIAN} --avoid own`)]), ['--prefer file', '--avoid own']);
  t.same(textsOf([file], [service(`${own}\n${DEBIAN}`)]), ['--prefer file']);
  t.same(textsOf([], [service(`${own}\n${DEBIAN}`)]), ['--prefer unit']);
  t.same(textsOf([], [service(`${own}\nEnvironment=\n${DEBIAN}`)]), []);
  t.same(textsOf([file], [service('ExecStart=/usr/bin/earlyoom --ignore x')]), ['--ignore x']);
  t.same(textsOf([], [service('ExecStart=/usr/bin/earlyoom --prefer "\\.js$"')]), ['--prefer \\.js$']);
});

t.test('every file that EnvironmentFile= names is read, and the later one wins', async (t) => {
  const at = (path: string, line: string) => ({ path, shown: path, text: `${line}\n` });
  const one = at('etc/sysconfig/earlyoom', 'EARLYOOM_ARGS="--prefer one"');
  const two = at('etc/two', 'EARLYOOM_ARGS="--prefer two"');
  const unit = (...names: string[]) =>
    service(`${names.map((name) => `EnvironmentFile=${name}\n`).join('')}ExecStart=earlyoom $EARLYOOM_ARGS`);
  t.same(textsOf([one, two], [unit('-/etc/sysconfig/earlyoom')]), ['--prefer one']);
  t.same(textsOf([one, two], [unit('/etc/two', '/etc/sysconfig/earlyoom')]), ['--prefer one']);
  t.same(textsOf([one, two], [unit('/etc/sysconfig/earlyoom', '-/etc/two')]), ['--prefer two']);
  t.same(textsOf([one, two], [unit('/etc/two', '', '/etc/sysconfig/earlyoom')]), ['--prefer one']);
  t.same(textsOf([one, at('etc/two', 'A=1')], [unit('/etc/sysconfig/earlyoom', '/etc/two')]), ['--prefer one']);
  t.same(textsOf([defaults('EARLYOOM_ARGS="--prefer mine"')], [unit('/etc/sysconfig/earlyoom')]), ['--prefer mine']);
  t.same(
    textsOf([at('etc/two', 'OPTS="--prefer x"')], [service('EnvironmentFile=/etc/two\nExecStart=earlyoom $OPTS')]),
    ['--prefer x'],
  );
});

t.test('nothing is said of a swap floor that a missing file may set', async (t) => {
  const floors = (units: Parameters<typeof readEarlyoom>[1], ...files: Parameters<typeof readEarlyoom>[0]) =>
    readEarlyoom(files, units, { mayBeElsewhere: () => true })?.swapFloors.length;
  t.equal(floors([service(DEBIAN)]), 0);
  t.equal(floors([service('TasksMax=9', true)]), 0);
  t.equal(floors([service('ExecStart=earlyoom -m 5')]), 1);
  t.equal(floors([service(DEBIAN)], defaults('EARLYOOM_ARGS="-m 5"')), 1);
  t.equal(floors([service(`EnvironmentFile=/etc/x\n${DEBIAN}`)], defaults('EARLYOOM_ARGS="-m 5"')), 1);
  t.equal(floors([service(`${DEBIAN}\nEnvironmentFile=/etc/x`)], defaults('EARLYOOM_ARGS="-m 5"')), 0);
});

t.test('with only a drop-in, the file stays in use unless the drop-in resets it', async (t) => {
  const file = defaults('EARLYOOM_ARGS="--prefer file"');
  t.same(textsOf([file], [service('TasksMax=9', true)]), ['--prefer file']);
  t.same(textsOf([file], [service('EnvironmentFile=', true)]), []);
});

t.test('swap floors: percentages, amounts in KiB, and 10 % if neither is set', async (t) => {
  const floors = (args: string) => readEarlyoom([defaults(`EARLYOOM_ARGS="${args}"`)], [])?.swapFloors;
  const at = { path: 'my/earlyoom', line: 1 };
  t.same(floors('-m 5'), [{ percent: 10, at }]);
  t.same(floors('-s 20,10'), [{ percent: 20, at }]);
  t.same(floors('-s20 -S 2048'), [
    { percent: 20, at },
    { bytes: 2048 * 1024, at },
  ]);
  t.same(floors('-s 20 -s 30 -s 0'), [{ percent: 30, at }]);
});
