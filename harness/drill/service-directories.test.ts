import t from 'tap';
import { Unit } from '../systemd/unit.js';
import { parseUnitFile } from '../systemd/unit-file.js';
import { listServiceDirectories } from './service-directories.js';

const directoriesOf = (text: string): readonly string[] =>
  listServiceDirectories(new Unit('web@a.service', [parseUnitFile(text, 'etc/systemd/system/web@.service')]));

t.test('what systemd makes for a service and leaves', async (t) => {
  t.same(directoriesOf('[Service]\nExecStart=/bin/true\n'), []);
  t.same(directoriesOf('[Service]\nStateDirectory=web/%i  cache:alias\nConfigurationDirectory=web\n'), [
    '/var/lib/web/a',
    '/var/lib/private/web/a',
    '/var/lib/cache',
    '/var/lib/private/cache',
    '/etc/web',
  ]);
  t.same(directoriesOf('[Service]\nLogsDirectory=gone\nLogsDirectory=\nLogsDirectory=../../etc /etc . a//b web\n'), [
    '/var/log/web',
    '/var/log/private/web',
  ]);
});
