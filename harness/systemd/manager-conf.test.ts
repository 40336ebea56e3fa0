import t from 'tap';
import { findSettings, readDefaultOomPolicy, readSettings, settingsAt } from './manager-conf.js';

const conf = (path: string, policy: string) => ({ path, text: `[Manager]\nDefaultOOMPolicy=${policy}\n` });
const pathsOf = (...args: Parameters<typeof findSettings>) => findSettings(...args).map(({ path }) => path);

t.test('the first main file, then the drop-ins by name, each from the most important folder', async (t) => {
  const files = [
    'usr/lib/systemd/system.conf.d/50-vendor.conf',
    'usr/lib/systemd/system.conf.d/20-early.conf',
    'usr/lib/systemd/system.conf',
    'run/systemd/system.conf',
    'run/systemd/system.conf.d/50-vendor.conf',
    'usr/local/lib/systemd/system.conf.d/90-last.conf',
    'etc/systemd/system.conf.d/60-site.conf',
    'etc/systemd/system.conf.d/notes.txt',
    'etc/systemd/system.conf.d/sub/70.conf',
    'etc/systemd/user.conf',
    'srv/systemd/system.conf.d/99.conf',
  ].map((path) => conf(path, 'continue'));
  t.same(pathsOf('system', files), [
    'run/systemd/system.conf',
    'usr/lib/systemd/system.conf.d/20-early.conf',
    'run/systemd/system.conf.d/50-vendor.conf',
    'etc/systemd/system.conf.d/60-site.conf',
    'usr/local/lib/systemd/system.conf.d/90-last.conf',
  ]);
  t.same(pathsOf('system', [conf('etc/systemd/system.conf', 'kill'), ...files])[0], 'etc/systemd/system.conf');
  t.same(pathsOf('oomd', files), []);
});

t.test('a link to /dev/null and an empty file hide those of the same name', async (t) => {
  const vendor = conf('usr/lib/systemd/system.conf.d/50.conf', 'continue');
  const mask = { path: 'etc/systemd/system.conf.d/50.conf', target: '/dev/null' };
  t.equal(readDefaultOomPolicy([vendor], 'system'), 'continue');
  t.equal(readDefaultOomPolicy([vendor], 'system', [mask]), 'stop');
  t.equal(readDefaultOomPolicy([vendor], 'system', [{ ...mask, target: '/nowhere' }]), 'continue', 'a dead link');
  t.equal(readDefaultOomPolicy([vendor, { path: mask.path, text: '' }], 'system'), 'stop');
  const main = { path: 'etc/systemd/system.conf', target: '/dev/null' };
  t.equal(readDefaultOomPolicy([conf('usr/lib/systemd/system.conf', 'kill')], 'system', [main]), 'stop');
});

t.test('the last line that is not ignored counts, and an empty one resets', async (t) => {
  const policy = (...lines: string[]) =>
    readDefaultOomPolicy([{ path: 'etc/systemd/system.conf', text: lines.join('\n') }], 'system');
  t.equal(policy('[Manager]', 'DefaultOOMPolicy=contineu'), 'stop');
  t.equal(policy('[Manager]', 'DefaultOOMPolicy=continue', 'DefaultOOMPolicy=Kill'), 'continue');
  t.equal(policy('[Manager]', 'DefaultOOMPolicy=continue', 'DefaultOOMPolicy='), 'stop');
  t.equal(policy('DefaultOOMPolicy=continue'), 'stop', 'before any section');
  t.equal(policy('[Service]', 'DefaultOOMPolicy=continue'), 'stop');
  t.equal(policy('[Manager]', '# DefaultOOMPolicy=kill', 'DefaultOOMPolicy = \\', '; x', 'continue'), 'continue');
  t.equal(policy('[Manager]', 'DefaultOOMPolicy=continue', '[Manager', 'DefaultOOMPolicy=kill'), 'continue');
});

t.test("a user's own settings come before those for all users", async (t) => {
  const own = conf('~/.config/systemd/user.conf', 'continue');
  t.equal(readDefaultOomPolicy([conf('etc/systemd/user.conf', 'kill'), own], 'user'), 'continue');
  t.equal(settingsAt('~/.config/systemd/user.conf.d/a.conf'), 'user');
  t.equal(settingsAt('etc/systemd/logind.conf'), undefined);
  t.equal(settingsAt('etc/systemd/system/system.conf'), undefined);
});

t.test('settings of systemd-oomd', async (t) => {
  const files = [
    { path: 'etc/systemd/oomd.conf', text: '[OOM]\nSwapUsedLimit=80%\nDefaultMemoryPressureDurationSec=soon\n' },
    { path: 'run/systemd/oomd.conf.d/a.conf', text: '[OOM]\nSwapUsedLimit=90\nDefaultMemoryPressureLimit=40%\n' },
  ];
  const oomd = readSettings('oomd', files);
  t.match(oomd.value('OOM', 'SwapUsedLimit'), { value: '80%', path: 'etc/systemd/oomd.conf', line: 2 });
  t.match(oomd.value('OOM', 'DefaultMemoryPressureLimit'), { value: '40%' });
  t.equal(oomd.value('OOM', 'DefaultMemoryPressureDurationSec'), undefined);
});
