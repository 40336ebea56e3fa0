// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of Compose
import t from 'tap';
import { checkBundle } from '../check.js';
import { parseManifest } from '../manifest.js';

const COMPOSE = 'etc/web/compose.yaml';

const bundleJson = (container: object, port = 8080) =>
  JSON.stringify({
    description: 'A test.',
    host: { memory: '8G', swap: '0', cpus: 2 },
    serving: { container: { compose: COMPOSE, image: { packages: ['nginx'] }, ...container }, port },
  });

/** What a bundle with this Compose file is read as, and its warnings. */
function load(text: string, container: object = {}, more: Readonly<Record<string, string>> = {}, port = 8080) {
  const files = Object.entries({ [COMPOSE]: text, ...more }).map(([path, text]) => ({ path, text }));
  const read = parseManifest(bundleJson(container, port), 'bundle.json', files);
  const bundle = { name: 'web', files, ...read };
  return { container: read.manifest.serving.container, warnings: checkBundle(bundle) };
}

const service = (...lines: readonly string[]) =>
  ['services:', '  web:', '    image: web:1', '    ports: ["8080:80"]', ...lines.map((line) => `    ${line}`), ''].join(
    '\n',
  );

t.test('a service becomes the options of docker run', async (t) => {
  const { container, warnings } = load(
    service(
      'container_name: shop',
      'mem_limit: 512m',
      'memswap_limit: 1g',
      'mem_reservation: 256m',
      'oom_score_adj: 100',
      'restart: unless-stopped',
      'init: true',
      'user: "1000:1000"',
      'cgroup_parent: web.slice',
      `command: serve --name "a b" $$HOME`,
      'entrypoint: ["/bin/tini", "--"]',
      'environment: { A: "1", B: x=y }',
      'healthcheck: { test: ["CMD", "curl", "-f", "http://localhost"], interval: 1m30s, timeout: 5s, retries: 3 }',
    ),
  );
  t.same(container, {
    name: 'shop',
    image: { packages: ['nginx'] },
    entrypoint: '/bin/tini',
    command: ['--', 'serve', '--name', 'a b', '$HOME'],
    user: '1000:1000',
    environment: { A: '1', B: 'x=y' },
    publish: ['8080:80'],
    init: true,
    memory: '512M',
    memorySwap: '1G',
    memoryReservation: '256M',
    oomScoreAdj: 100,
    restart: 'unless-stopped',
    healthCheck: { command: "'curl' '-f' 'http://localhost'", interval: '1m30s', timeout: '5s', retries: 3 },
    cgroupParent: 'web.slice',
  });
  t.same(warnings, []);
});

t.test('limits, reservation and restarts of deploy win, as in Compose', async (t) => {
  const { container } = load(
    service(
      'restart: "no"',
      'deploy:',
      '  restart_policy: { condition: on-failure, max_attempts: 3 }',
      '  resources: { limits: { memory: 512M }, reservations: { memory: 64M } }',
    ),
  );
  t.match(container, { memory: '512M', memoryReservation: '64M', restart: 'on-failure:3' });
  const always = load(service('mem_limit: 1g', 'deploy: { restart_policy: { max_attempts: 2 } }'));
  t.equal(always.container?.restart, 'always');
  t.equal(load(service('mem_limit: 1g', 'memswap_limit: -1')).container?.memorySwap, '-1');
  t.equal(load(service('mem_limit: 1g', 'memswap_limit: 0')).container?.memorySwap, undefined);
});

t.test('variables, files of variables, an override and what is extended are of the bundle', async (t) => {
  const { container, warnings } = load(
    service('mem_limit: ${LIMIT}', 'env_file: web.env', 'environment: [ "A=2", "B", "C" ]'),
    {},
    {
      'etc/web/.env': 'LIMIT=1g\nB=b\n',
      'etc/web/web.env': 'A=1\nD=${LIMIT}\n',
      'etc/web/compose.override.yaml': 'services:\n  web:\n    oom_score_adj: 7\n',
    },
  );
  t.match(container, { memory: '1G', oomScoreAdj: 7, environment: { A: '2', B: 'b', D: '1g' } });
  t.notOk(Object.hasOwn(container?.environment ?? {}, 'C'), 'a variable without any value is not set');
  t.same(warnings, [
    'etc/web/compose.yaml:7: the variable C of the service web is empty in the drill: .env next to the file does not say its value.',
  ]);
});

t.test('ports: short, long, of one address, and ranges', async (t) => {
  const ports = (text: string, port = 8080) =>
    load(`services:\n  web:\n    image: x\n    mem_limit: 1g\n    ports: ${text}\n`, {}, {}, port);
  t.same(ports('["127.0.0.1:8080:80"]').container?.publish, ['127.0.0.1:8080:80']);
  t.same(ports('[{ target: 80, published: "8080", host_ip: 0.0.0.0 }]').container?.publish, ['0.0.0.0:8080:80']);
  t.same(ports('["8080-8081:80-81"]', 8081).container?.publish, ['8080:80', '8081:81']);
  const { container, warnings } = ports('["8080:80", "53:53/udp", "[::1]:8080:80", "9000"]');
  t.same(container?.publish, ['8080:80']);
  t.equal(warnings.length, 3);
  t.match(warnings[0], 'etc/web/compose.yaml:5: ports of the service web: 53/udp is not published in a drill');
  t.throws(() => ports('["8080-8082:80"]'), { code: 'COMPOSE_REFUSED', message: /^etc\/web\/compose\.yaml:5: ports/ });
  t.throws(() => ports('["web:80"]'), { code: 'COMPOSE_REFUSED', message: /"web:80" must be ports/ });
  const host = load('services:\n  web:\n    image: x\n    mem_limit: 1g\n    network_mode: host\n');
  t.match(host.container, { network: 'host' });
  t.notOk(host.container?.publish);
});

t.test('what a drill leaves out is reported with its line', async (t) => {
  const { warnings } = load(
    service(
      'mem_limit: 1g',
      'volumes: [ "./data:/data" ]',
      'depends_on: [ db ]',
      'tmpfs: /tmp',
      'oom_kill_disable: true',
      'network_mode: "service:db"',
      'healthcheck: { test: "true", start_period: 5s }',
      'cap_add: []',
      'x-note: mine',
      'labels: [ a=b ]',
    ),
  );
  t.same(warnings, [
    'etc/web/compose.yaml:6: volumes of the service web is left out of the drill.',
    'etc/web/compose.yaml:7: depends_on of the service web is left out of the drill.',
    'etc/web/compose.yaml:8: tmpfs of the service web is left out of the drill.',
    "etc/web/compose.yaml:10: network_mode of the service web is left out of the drill: its network is Docker's own.",
    'etc/web/compose.yaml:9: oom_kill_disable: true of service web does nothing with cgroup v2: Docker drops it, and the kernel kills at the limit. With cgroup v1 every process of it would stop at the limit.',
    'etc/web/compose.yaml:11: healthcheck.start_period of the service web is left out of the drill.',
  ]);
});

t.test('no limit at all is reported, and a limit above the host', async (t) => {
  t.same(load(service()).warnings, ['The container web has no limit of memory: it ends where the 8G of the host end.']);
  t.match(load(service('mem_limit: 9g')).warnings, [
    "web: --memory 9G is not below the host's 8G: the host runs out of memory before the container does.",
  ]);
});

const REFUSED: Readonly<Record<string, readonly [string, object, string, RegExp]>> = {
  'two services and no name': [
    `${service()}  db:\n    image: db\n`,
    {},
    'COMPOSE_SERVICE',
    /^etc\/web\/compose\.yaml has 2 services, web, db, and which of them is drilled is not said\.$/,
  ],
  'a service that is not there': [service(), { service: 'shop' }, 'COMPOSE_SERVICE', /has no service shop, but web\.$/],
  'a file that is not in the bundle': [service(), { compose: 'etc/a.yaml' }, 'COMPOSE_FILE', /^etc\/a\.yaml is not in/],
  'a path outside of the bundle': [
    service(),
    { compose: 'etc/../../a.yaml' },
    'BUNDLE_MANIFEST',
    /serving\.container\.compose must be/,
  ],
  'a setting next to the Compose file': [service(), { memory: '1G' }, 'BUNDLE_MANIFEST', /serving\.container/],
  'no YAML': ['services:\n  web: [\n', {}, 'COMPOSE_FILE', /^etc\/web\/compose\.yaml:\d: not valid YAML/],
  'no services': ['version: "3"\n', {}, 'COMPOSE_FILE', /has no services/],
  'no image': ['services:\n  web:\n    mem_limit: 1g\n', {}, 'COMPOSE_REFUSED', /has neither image nor build/],
  'a misspelt setting': [
    service('mem_limt: 1g'),
    {},
    'COMPOSE_REFUSED',
    /^etc\/web\/compose\.yaml:5: mem_limt is not a setting/,
  ],
  'a size that is none': [service('mem_limit: 1x'), {}, 'COMPOSE_REFUSED', /^etc\/web\/compose\.yaml:5: mem_limit: 1x/],
  'swap below memory': [
    service('mem_limit: 1g', 'memswap_limit: 512m'),
    {},
    'COMPOSE_REFUSED',
    /compose\.yaml:6: memswap_limit/,
  ],
  'a limit by a variable': [
    service('mem_limit: ${LIMIT}'),
    {},
    'COMPOSE_VARIABLE',
    /^etc\/web\/compose\.yaml:5: mem_limit: \$\{LIMIT\}/,
  ],
  'a file of variables outside': [
    service('env_file: ../../web.env'),
    {},
    'COMPOSE_REFUSED',
    /env_file .* is not in the bundle/,
  ],
  'another that it extends': [
    service('extends: { service: base, file: base.yaml }'),
    {},
    'COMPOSE_REFUSED',
    /extends one that/,
  ],
  'quotes that stay open': [
    service('command: serve "a'),
    {},
    'COMPOSE_REFUSED',
    /compose\.yaml:5: command of the service web must be a command/,
  ],
  'a restart policy that is none': [service('restart: sometimes'), {}, 'COMPOSE_REFUSED', /restart must be no, always/],
};

for (const [what, [text, container, code, message]] of Object.entries(REFUSED))
  t.test(`refused: ${what}`, async (t) => void t.throws(() => load(text, container), { code, message }));

t.test('a port that is not published is refused before a drill, of a Compose file and of bundle.json', async (t) => {
  t.throws(() => load(service('mem_limit: 1g'), {}, {}, 80), {
    code: 'CONTAINER_PORT',
    message: 'The container web does not publish the port 80, at which it is to be asked: it publishes 8080:80.',
  });
  t.throws(() => load('services:\n  web:\n    image: x\n    mem_limit: 1g\n'), {
    code: 'CONTAINER_PORT',
    message: /: it publishes none\.$/,
  });
});
