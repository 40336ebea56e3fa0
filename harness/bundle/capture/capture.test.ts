import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { type CaptureTools, captureHost } from '../../testing/capture-host.js';
import { runCommandLine } from '../../testing/command-line.js';
import { resolveServingUnit } from '../serving.js';
import { writeNewTree } from '../write.js';
import { assembleCapture } from './assemble.js';
import { parseCaptureStream } from './stream.js';

/** Runs the script on a fake host: `unit` is web.service, and `environment` its environment file. */
const runScript = async (t: Test, unit: string, environment = '', tools: CaptureTools = {}) =>
  (await captureHost(t.testdir(), { unit, environmentFiles: { 'web.env': environment } }, tools)).stdout;

const UNIT = String.raw`# PLANTED
[Unit]
Description=A web server
ConditionEnvironment=A=PLANTED
[Service]
Environment="A=PLANTED b=PLANTED" 'B=PLANTED' C=PLANTED \
  ; PLANTED
  "D=PLANTED"
Environment=Mixed="PLANTED"
UnsetEnvironment=E=PLANTED
PassEnvironment=E F
EnvironmentFile=/etc/web.env
LoadCredential=api:/etc/api.key
SetCredential=db:PLANTED
SetCredentialEncrypted=db: \
  PLANTED \
  PLANTED
StandardInputData=PLANTED
Enviroment=DB_PASSWORD=PLANTED
environment=DB=PLANTED
Password=PLANTED
LogExtraFields=API_KEY=PLANTED
ExecStartPre=/bin/sh -c 'export T=PLANTED'
ExecStartPre=/usr/bin/app '{"password":"PLANTED"}' -H "X-Auth-Token:PLANTED" --url "https://h/x?token=PLANTED" --token -PLANTED_x9
ExecStart=/opt/web/bin/web --port 8080 --root /srv/web --token PLANTED --api-key=PLANTED --auth "PLANTED PLANTED" \
  --cookie-file /etc/web/cookie --password $PASSWORD --env=G=PLANTED -eH=PLANTED I=PLANTED -Dweb.secret=PLANTED \
  http://u:PLANTED@host/x -H 'Authorization: Bearer PLANTED' PLANTED0123456789abcdefghijk
ExecStartPost=/bin/sh -c "curl -u admin:PLANTED http://localhost/"
ExecStartPost=/usr/bin/curl -u admin:PLANTED --user=a:PLANTED --proxy-user a:PLANTED -ua:PLANTED http://localhost/
ExecStartPost=/usr/bin/mysql -pPLANTED9 -h db
ExecStartPost=/bin/sh -c 'mysql -pPLANTED9 -h db'
ExecStartPost=/usr/bin/mysqldump -u app -pplanted shop
ExecStartPost=/usr/bin/sshpass -p planted ssh backup@vault true
ExecStartPost=/usr/bin/sshpass -pplanted ssh backup@vault true
ExecStartPost=/usr/bin/redis-cli -a planted ping
ExecStartPost=/bin/sh -c 'redis-cli -a planted ping'
ExecStartPost=/bin/sh -c 'test -e x || mariadb -pplanted -h db'
MemoryMax=1G
MemorySwapMax=0
PLANTED
[X-Other]
Key=PLANTED
`;

for (const shell of [['sh'], ['bash', '--posix']]) {
  t.test(`no secret leaves the host (${shell.join(' ')})`, async (t) => {
    const environment = '# PLANTED\nJ=PLANTED\nK="PLANTED\nL=PLANTED"\nm = PLANTED\n';
    const text = await runScript(t, UNIT, environment, { shell });
    t.notMatch(text, /planted/i);
    const stream = parseCaptureStream(text, 'the stream');
    t.same(stream.environmentFiles[0]?.names, [], 'not even the names of a malformed file');
    const unit = stream.files[0]?.text ?? '';
    t.match(unit, /# Environment= set A B C D \(/);
    t.match(unit, /PassEnvironment=E F\n/);
    t.match(unit, 'curl -u REDACTED --user=REDACTED --proxy-user REDACTED -uREDACTED REDACTED\n');
    t.match(unit, 'mysql -pREDACTED -h REDACTED\n');
    t.match(unit, 'sshpass -p REDACTED ssh REDACTED REDACTED\n');
    t.match(
      unit,
      'ExecStart=/opt/web/bin/web --port 8080 --root /srv/web --token REDACTED --api-key=REDACTED --auth REDACTED --cookie-file /etc/web/cookie --password $PASSWORD --env=G=REDACTED -eH=REDACTED I=REDACTED -Dweb.secret=REDACTED REDACTED -H REDACTED REDACTED\n',
    );
  });
}

t.test('names of an environment file are kept, and so are harmless commands and directives', async (t) => {
  const options = '-p 8080 -p8080 -u 1000:1000 -u www-data --user=app -port 1 -p/srv -prefix=/srv/x';
  const nginx = 'ExecStop=-/sbin/start-stop-daemon --quiet --stop --retry QUIT/5 --pidfile /run/nginx.pid';
  const more = [
    nginx,
    `ExecStart=/usr/bin/t3 serve --host 0.0.0.0 --port \${T3_PORT} --base-dir /home/%i/.t3`,
    'ExecStart=/usr/bin/java -Xmx2g -XX:MaxRAMPercentage=75.0 -Dserver.port=8080 -jar /opt/app/app-1.2.3.jar',
    'ExecStart=/usr/bin/dockerd -H fd:// --containerd=/run/containerd/containerd.sock',
    'ExecStart=/srv/site/venv/bin/gunicorn --workers 3 --bind unix:/run/gunicorn.sock web.wsgi:application',
    "ExecStart=/bin/sh -c 'exec /usr/bin/app --port 8080 >/dev/null 2>&1'",
    "ExecStartPre=/bin/sh -c 'echo 1000 >/sys/kernel/mm/lru_gen/min_ttl_ms'",
    'LimitNOFILE=65536:524288',
    'SystemCallFilter=~@privileged @resources',
    'IOReadBandwidthMax=/dev/sda 60M',
    'RestartSec=1min 30s',
    'StandardOutput=append:/var/log/web.log',
    'Slice=system-web.slice',
  ].join('\n');
  const command = `${more}\nExecStart=/usr/bin/app ${options}\nExecStart=/usr/sbin/nginx -g 'daemon on; master_process on;' -c /etc/nginx/nginx.conf\nExecStart=/usr/sbin/mysqld -P 3306 --datadir=/srv/mysql`;
  const text = await runScript(t, `[Service]\n${command}\n`, 'A=1\n# x\nB="2\n3"\n');
  const { environmentFiles, files, omitted } = parseCaptureStream(text, 'the stream');
  t.same(environmentFiles[0]?.names, ['A', 'B']);
  t.equal(files[0]?.text, `[Service]\n${command}\n`);
  t.same(
    omitted.filter(({ what }) => /web\.service/.test(what)),
    [],
  );
});

const stream = (...more: string[]) =>
  [
    'Welcome!',
    'oomdrill-capture/1',
    '== fact unit',
    '|web.service',
    '== fact kernel',
    '|6.12',
    '== fact systemd',
    '|systemd 257',
    '== fact memory-kib',
    '|24641536',
    '== fact swap-kib',
    '|14680060',
    '== fact cpus',
    '|4',
    '== fact program',
    '|/usr/sbin/nginx',
    '== fact package',
    '|nginx',
    '== fact killer',
    '|earlyoom.service',
    '== show',
    '|Id=web.service',
    '|MemoryHigh=infinity',
    '|MemoryMax=8589934592',
    '|OOMPolicy=continue',
    '== file /usr/lib/systemd/system/web.service',
    '|[Unit]',
    '|Requires=db.service x.mount',
    '|[Service]',
    '|ExecStart=/usr/sbin/nginx',
    '|MemoryMax=50%',
    '== file /run/systemd/system.control/web.service.d/50.conf',
    '|[Service]',
    '|MemorySwapMax=0',
    '== environment-file /etc/web.env (ignore_errors=no)',
    '|A',
    '== environment-file /srv/b.env (ignore_errors=no)',
    '== cgroup memory.events',
    '|oom_kill 3',
    '== host-pressure',
    '|some avg10=0.00',
    '== omitted',
    '|x: left out',
    ...more,
    '== end',
  ].join('\n');

/** A name of a file that no file system takes. */
const LONG = 'x'.repeat(256);

for (const [what, lines] of Object.entries({
  "a file that is not the host's": ['== file /srv/web/x', '|x'],
  'a file below a folder that has the name of one of systemd': ['== file /root/systemd/other/x', '|x'],
  'a path with a NUL': ['== file /etc/a\0b', '|x'],
  'a path with a control character': ['== file /etc/a\x1b[31mb', '|x'],
  'a name that is too long': [`== file /etc/${LONG}`, '|x'],
  'an environment file whose name is too long': [`== environment-file /etc/${LONG} (ignore_errors=no)`, '|A'],
  'a path that is too long': [`== file /etc/${'abc/'.repeat(1000)}x`, '|x'],
  'a path that climbs out': ['== file /etc/systemd/system/../../../../evil', '|x'],
  'a path that climbs out of the root': ['== file /../../evil', '|x'],
  'a relative path': ['== file etc/passwd', '|x'],
  "the bundle's own file": ['== file /bundle.json', '|{}'],
  'a file of no interest': ['== file /root/.ssh/authorized_keys', '|x'],
  'a cgroup file that climbs out': ['== cgroup ../../evil', '|x'],
  'an environment file that climbs out': ['== environment-file /etc/../../evil.env (ignore_errors=no)', '|A'],
})) {
  t.test(`a hostile stream is rejected: ${what}`, async (t) => {
    t.throws(() => parseCaptureStream(stream(...lines), 'x'), {
      code: 'CAPTURE_STREAM',
      message: /is not a path that a capture may contain/,
    });
  });
}

t.test('a capture that has a path both as a file and as a directory is rejected', async (t) => {
  const text = stream('== file /etc/systemd/system/web.service/x', '|x');
  t.throws(() => assembleCapture(parseCaptureStream(text, 'x'), { name: 'web', path: '/', port: 80 }), {
    code: 'CAPTURE_STREAM',
    message: /both as a file and as a directory/,
  });
});

t.test('the swap of a host is of the kind that it was seen to be', async (t) => {
  const swapOf = (...more: string[]) =>
    assembleCapture(parseCaptureStream(stream(...more), 'x'), { name: 'web', path: '/', port: 80 }).bundle.manifest
      .host;
  t.match(swapOf(), { swap: '14G', swapKind: undefined });
  t.match(swapOf('== fact swap-kind', '|zram'), { swapKind: 'zram' });
  t.match(swapOf('== fact swap-kind', '|tape'), { swapKind: undefined });
});

t.test('an environment file that was printed as a file is there once', async (t) => {
  const text = stream('== file /etc/web.env', '|MemoryMax=1G');
  const { bundle } = assembleCapture(parseCaptureStream(text, 'x'), { name: 'web', path: '/', port: 80 });
  t.same(
    bundle.files.filter(({ path }) => path === 'etc/web.env'),
    [{ path: 'etc/web.env', text: 'MemoryMax=1G\n' }],
  );
});

t.test('nothing is written but the folder of the bundle, whatever the stream says of its unit', async (t) => {
  const dir = t.testdir({ work: { empty: {} } });
  const before = process.cwd();
  t.teardown(() => process.chdir(before));
  process.chdir(join(dir, 'work/empty'));
  const units = ['..', '../x.service', '...service', '..service', '.service', '/etc/x.service', 'a/b.service', 'x', ''];
  units.push('x\0.service', 'x@.service', 'x.slice', `${LONG}.service`, '-', '__proto__');
  const capture = (text: string, ...args: string[]) => {
    writeFileSync(join(dir, 'x.capture'), text);
    return runCommandLine(['capture', '--from', '../../x.capture', '--url', 'http://localhost/', ...args]);
  };
  for (const unit of units) {
    const named = stream().replaceAll('|Id=web.service', `|Id=${unit}`);
    for (const text of [named, named.replace(/\|Id=.*\n/, '').replace('|web.service', `|${unit}`)]) {
      const { exitCode, stderr } = await capture(text);
      t.equal(exitCode, 64, JSON.stringify(unit));
      t.match(stderr, /\[(?:CAPTURE_STREAM|CAPTURE_OUT|BUNDLE_WRITE)\]/);
    }
  }
  for (const out of ['', '.', '..', '/', '../empty', './', '../../work'])
    t.match(await capture(stream(), '--out', out), { exitCode: 64, stderr: /--out/ }, `--out ${JSON.stringify(out)}`);
  t.same((await readdir(dir, { recursive: true })).sort(), ['work', 'work/empty', 'x.capture']);
  t.match(await capture(stream()), { stderr: '' });
  t.match(await capture(stream()), { exitCode: 64, stderr: /it exists already/ });
  t.ok((await readdir(join(dir, 'work/empty'))).includes('web'));
  t.same(await readdir(join(dir, 'work')), ['empty']);
});

t.test('a capture with an invalid manifest is rejected', async (t) => {
  const options = { name: 'web', path: '/health', port: 99_999 };
  t.throws(() => assembleCapture(parseCaptureStream(stream(), 'x'), options), {
    code: 'BUNDLE_MANIFEST',
    message: /the capture: serving\.port/,
  });
});

t.test('the draft of a bundle does not overwrite another folder', async (t) => {
  const dir = t.testdir({ 'web.draft': { precious: 'mine' } });
  await writeNewTree([{ path: 'bundle.json', text: '{}' }], join(dir, 'web'));
  t.same((await readdir(dir, { recursive: true })).sort(), [
    'web',
    'web.draft',
    'web.draft/precious',
    'web/bundle.json',
  ]);
});

t.test('a stream becomes a bundle', async (t) => {
  const options = { name: 'web', path: '/health', port: 8080 };
  const { bundle, hostState, needs } = assembleCapture(parseCaptureStream(stream(), 'x'), options);
  t.match(bundle.manifest, {
    host: { memory: '24G', swap: '14G', cpus: 4 },
    serving: { unit: 'web.service', port: 8080, path: '/health' },
    sidecars: [{ unit: 'earlyoom.service' }],
    packages: ['nginx'],
  });
  t.equal(bundle.manifest.host.diskBandwidth, undefined);
  t.match(resolveServingUnit(bundle), { limits: { max: 8 * 1024 ** 3, swapMax: 0 }, oomPolicy: 'continue' });
  t.same(
    bundle.files.map(({ path }) => path),
    [
      'etc/systemd/system/web.service',
      'etc/systemd/system/web.service.d/50.conf',
      'etc/web.env',
      'etc/systemd/system/web.service.d/zz-captured.conf',
    ],
  );
  t.equal(
    bundle.files.at(-1)?.text,
    '# In effect on the host, whatever the other files say.\n[Service]\nMemoryMax=8G\nOOMPolicy=continue\n',
  );
  t.match(
    needs.join('\n'),
    /the package nginx:[\s\S]*etc\/web\.env has the names A [\s\S]*\/srv\/b\.env is not in the bundle[\s\S]*requires db\.service/,
  );
  t.match(hostState.map(({ path }) => path).join(), /captured\/memory\.events,captured\/host-memory\.pressure/);
});

t.test('of the omitted parts, the user is asked for those that the unit needs', async (t) => {
  const optional = '/etc/systemd/system/REDACTED.service: a comment was left out';
  const needed = 'web.service: ExecStart=: what may be a secret was replaced';
  const text = stream('== omitted', `|${optional}`, '== omitted needed', `|${needed}`);
  const { needs, hostState } = assembleCapture(parseCaptureStream(text, 'x'), { name: 'web', path: '/', port: 80 });
  t.same(
    needs.filter((need) => need === optional || need === needed),
    [needed],
  );
  t.equal(hostState.at(-1)?.text, `x: left out\n${optional}\n${needed}\n`);
});

t.test('the script says which of the omitted parts are needed', async (t) => {
  const unit = '[Service]\nnothing\nEnvironment=A=1\nSetCredential=id:secret\nExecStart=/usr/bin/web --token x\n';
  const { omitted } = parseCaptureStream(await runScript(t, unit, ''), 'x');
  t.match(
    omitted.filter(({ isNeeded }) => isNeeded).map(({ what }) => what),
    [/SetCredential=id: the data were left out/, /line 5: ExecStart=: REDACTED replaces 1 word: write it back/],
  );
  t.match(
    omitted.filter(({ isNeeded }) => !isNeeded).map(({ what }) => what),
    [/assignment was left out/, /Environment=: the value of A was left out/],
  );
});

t.test('an interpreter is in every guest, but its script is not', async (t) => {
  const text = stream()
    .replace('|/usr/sbin/nginx\n', '|/usr/bin/env\n')
    .replace('|nginx\n', '|coreutils\n')
    .replace('|ExecStart=/usr/sbin/nginx', '|ExecStart=/usr/bin/env node /srv/web/server.js --port 80');
  const options = { name: 'web', path: '/', port: 80 };
  const { bundle, needs } = assembleCapture(parseCaptureStream(text, 'x'), options);
  t.equal(bundle.manifest.packages, undefined);
  t.match(
    needs[0],
    /may lack what the command line of \/usr\/bin\/env names, \S+: put it at root\/srv\/web\/server\.js\.$/,
  );
});

t.test('the port and the disk, from the host or from an option', async (t) => {
  const read = (more: string[], options: object = {}) =>
    assembleCapture(parseCaptureStream(stream(...more), 'x'), { name: 'web', path: '/', ...options }).bundle.manifest;
  t.equal(read(['== ports', '|80']).serving.port, 80);
  t.equal(read(['== ports', '|80', '== fact disk-bandwidth', '|62914560']).host.diskBandwidth, '60M');
  t.equal(read(['== ports', '|80'], { diskBandwidth: '1G' }).host.diskBandwidth, '1G');
  t.throws(() => read(['== ports', '|80', '|443']), { code: 'CAPTURE_PORT', message: /80, 443/ });
  t.throws(() => read([]), { code: 'CAPTURE_PORT', hint: /--url/ });
});

t.test('the probe, where the program leaves no doubt', async (t) => {
  const read = (program: string, port: number, options: object = {}) => {
    const text = stream('== ports', `|${port}`).replace('|/usr/sbin/nginx\n', `|${program}\n`);
    return assembleCapture(parseCaptureStream(text, 'x'), { name: 'web', path: '/', ...options });
  };
  const postgres = read('/usr/lib/postgresql/15/bin/postgres', 5432);
  t.match(postgres.bundle.manifest.serving, { port: 5432, probe: { kind: 'postgres', user: 'postgres' } });
  t.match(postgres.choices, [
    /^It is asked by the postgres probe, because its unit starts \S+postgres\. Another one is serving\.probe in bundle\.json\.$/,
  ]);
  t.match(postgres.needs.at(-1), /pg_hba\.conf must let it in\. .*passwordFrom/);
  t.match(read('/usr/bin/redis-server', 6380).bundle.manifest.serving.probe, { kind: 'redis' });
  t.match(read('/usr/sbin/nginx', 443).bundle.manifest.serving.probe, { kind: 'https' });
  for (const [program, port] of [
    ['/usr/sbin/nginx', 80],
    ['/usr/bin/node', 5432],
    ['/usr/bin/node', 443],
  ] as const) {
    const { bundle, choices } = read(program, port);
    t.notOk('probe' in bundle.manifest.serving && bundle.manifest.serving.probe, `${program} on ${port}`);
    t.same(choices, []);
  }
  const byHttp = read('/usr/sbin/nginx', 443, { port: 443 });
  t.equal(byHttp.bundle.manifest.serving.probe, undefined, 'a URL of plain HTTP says how a web server is asked');
  t.match(
    read('/usr/bin/redis-server', 1, { port: 6379 }).bundle.manifest.serving.probe,
    { kind: 'redis' },
    'of any other only its port',
  );
});

t.test('the script leaves the path of a known program as it is', async (t) => {
  const program = '/usr/lib/postgresql/15/bin/postgres';
  const shown = { ExecStart: `{ path=${program} ; argv[]=${program} -D /srv/PLANTED ; }` };
  const { stdout } = await captureHost(t.testdir({}), { unit: `[Service]\nExecStart=${program}\n`, shown });
  t.equal(parseCaptureStream(stdout, 'x').facts.program, program);
});

t.test('the URL of --url says whether it is HTTPS, and the output what was chosen', async (t) => {
  const dir = t.testdir({
    'x.capture': stream('== ports', '|443'),
    'db.capture': stream('== ports', '|6379').replace('|/usr/sbin/nginx\n', '|/usr/bin/redis-server\n'),
  });
  const capture = (from: string, ...args: string[]) =>
    runCommandLine(['capture', '--from', join(dir, from), '--out', join(dir, `out${args.length}${from}`), ...args]);
  const https = await capture('x.capture', '--url', 'https://web.example:8443/health');
  t.match(https, { exitCode: 0, stdout: /asked at port 8443 for GET \/health by HTTPS\n/ });
  t.match(https.stdout, /asked by the https probe, because --url says so\./);
  t.match(JSON.parse(readFileSync(join(dir, 'out2x.capture/bundle.json'), 'utf8')).serving, {
    port: 8443,
    path: '/health',
    probe: { kind: 'https', serverName: 'web.example' },
  });
  const redis = await capture('db.capture');
  t.notMatch(redis.stdout, process.cwd(), 'a directory below this one is named from here');
  t.match(redis.stdout, /asked at port 6379 for PING of Redis\n[\s\S]*asked by the redis probe[\s\S]*passwordFrom/);
  const wrong = await capture('x.capture', '--url', 'ftp://web.example/', '--json', '-');
  t.match(wrong, { exitCode: 64, stderr: /--url must be an HTTP or HTTPS address without a password/ });
});

t.test('an incomplete capture is rejected', async (t) => {
  const rejected = (text: string, why: RegExp) =>
    t.throws(() => parseCaptureStream(text, 'x'), { code: 'CAPTURE_STREAM', message: why });
  rejected('', /there is no line/);
  rejected(stream().replace('== end', ''), /belongs to no section|is truncated/);
  rejected(stream().split('\n').slice(0, -1).join('\n'), /is truncated/);
  rejected(stream('junk'), /"junk" belongs to no section/);
  const nothing = parseCaptureStream('oomdrill-capture/1\n== end', 'x');
  t.throws(() => assembleCapture(nothing, { name: 'web', path: '/' }), { code: 'CAPTURE_STREAM' });
});

t.test('a new folder is written completely or not at all', async (t) => {
  const dir = t.testdir({});
  await writeNewTree([{ path: 'a/b', text: 'c' }], join(dir, 'new'));
  t.same((await readdir(dir, { recursive: true })).sort(), ['new', 'new/a', 'new/a/b']);
  await t.rejects(writeNewTree([{ path: 'a', text: '' }], join(dir, 'new')), { code: 'BUNDLE_WRITE' });
  mkdirSync(join(dir, 'x'));
  await t.rejects(
    writeNewTree(
      [
        { path: 'x', text: '' },
        { path: 'x/y', text: '' },
      ],
      join(dir, 'bad'),
    ),
    { code: 'BUNDLE_WRITE' },
  );
  t.same((await readdir(dir)).sort(), ['new', 'x']);
});
