import t from 'tap';
import { composeTree } from '../../harness/testing/lint.js';
import { bundle, files, UNITS } from '../../harness/testing/rule-examples.js';
import { listPublished } from './field.js';
import { findPlanted, listHabitats, plant } from './plant.js';
import { plantAll } from './plantings.js';

const NGINX = `[Unit]
Description=A web server

[Service]
Type=forking
ExecStart=/usr/sbin/nginx -g 'daemon on;'
Restart=on-failure

[Install]
WantedBy=multi-user.target
`;

const SOCKET = 'usr/lib/systemd/system/nginx.socket';
const PATH = 'usr/lib/systemd/system/nginx.service';

const habitatOf = (text: string, more: Readonly<Record<string, string>> = {}) =>
  listHabitats(composeTree({ [PATH]: text, ...more }).entries);

t.test('a fault is planted between the lines of a real service', async (t) => {
  const [habitat] = habitatOf(NGINX, { [SOCKET]: '[Socket]\n' });
  if (!habitat) throw new Error('nginx.service was not chosen');
  const { entries, kind } = plant(
    { tree: bundle('MemoryMax=1G', { 'etc/default/earlyoom': 'a.service ^a$' }) },
    habitat,
  );
  t.equal(kind, 'bundle');
  const textOf = (path: string) =>
    entries.flatMap((entry) => (entry.path === path && 'text' in entry ? [entry.text] : []));
  t.same(textOf(`${UNITS}/nginx.service`), [`${NGINX}[Service]\nMemoryMax=1G\n`]);
  t.same(textOf(PATH), [], 'the unit is not there twice');
  t.same(textOf(SOCKET), ['[Socket]\n'], 'what is next to it stays');
  t.same(textOf('etc/default/earlyoom'), ['nginx.service ^nginx$'], 'the fault names the real service');
});

t.test('a fault that is a lack is planted by removing lines', async (t) => {
  const [habitat] = habitatOf(NGINX);
  if (!habitat) throw new Error('nginx.service was not chosen');
  const tree = files({ [`${UNITS}/a.service`]: '[Service]\nType=simple\n' });
  const [finding, ...more] = findPlanted('service-incomplete', { tree }, habitat);
  t.match(finding?.message, /nginx\.service .*no ExecStart=/);
  t.same(more, []);
  t.same(findPlanted('service-incomplete', { tree: files({ [`${UNITS}/b.slice`]: '' }) }, habitat), []);
});

t.test('a service with limits of its own, with drop-ins or without one plain command is not chosen', async (t) => {
  const others = [
    `${NGINX}[Service]\nMemoryMax=1G\n`,
    `${NGINX}[Service]\nOOMScoreAdjust=-500\n`,
    `${NGINX}[Service]\nSlice=web.slice\n`,
    NGINX.replace('/usr/sbin/nginx', '/bin/sh'),
    NGINX.replace('forking', 'oneshot'),
  ];
  for (const text of others) t.same(habitatOf(text), []);
  t.same(habitatOf(NGINX, { [`${UNITS}/nginx.service.d/x.conf`]: '[Service]\nNice=1\n' }), []);
  t.equal(habitatOf(`${NGINX}[Service]\nMemoryDenyWriteExecute=yes\n`).length, 1);
});

t.test('every fault of every rule is found in a real service, and nothing that only looks like one', async (t) => {
  const plantings = await plantAll(await listPublished());
  t.ok(plantings.filter(({ isFault }) => isFault).length >= 60);
  for (const { name, isFault, messages } of plantings) t.equal(messages.length > 0, isFault, `${name}: ${messages}`);
});
