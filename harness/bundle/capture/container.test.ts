import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { captureContainerHost, type EngineAnswers } from '../../testing/capture-container-host.js';
import { runCommandLine } from '../../testing/command-line.js';
import { leaksIn, SECRET_SHAPES } from '../../testing/planted-secrets.js';
import { loadBundle } from '../load.js';
import { assembleCapture } from './assemble.js';
import { parseCaptureStream } from './stream.js';

/** What is captured of the container web with these answers of its engine. */
async function captured(t: Test, answers: EngineAnswers, engine = 'docker', port?: number) {
  const { stdout } = await captureContainerHost(t.testdir(), answers, engine);
  return assembleCapture(parseCaptureStream(stdout, 'x'), { name: 'web', path: '/', ...(port && { port }) });
}

/** One answer for the container, and another for its image. */
const differing = (file: string, own: string, ofImage: string): EngineAnswers => ({
  [`container-${file}`]: own,
  [`image-${file}`]: ofImage,
});

t.test('a container becomes the options that it was started with', async (t) => {
  const { bundle, needs, choices } = await captured(t, {
    'container-settings':
      'memory 1073741824\nmemory-swap -1\nmemory-reservation 536870912\noom-score-adj -100\nrestart on-failure 3\ninit true\nnetwork web_default\nuser 1000:1000\nimage shop/web:1.2\n',
    'image-digests': `digest shop/web@sha256:${'a'.repeat(64)}\n`,
    ...differing('command', 'serve --port 80 ', '"sleep" '),
    ...differing('entrypoint', '"/sbin/tini" "--" ', '"/sbin/tini" "--" '),
    'container-entrypoint-count': '2',
    ...differing('health-words', '"CMD-SHELL" "exit 1" ', ''),
    'container-health': 'health-interval 1m30s\nhealth-timeout 0s\nhealth-retries 3\n',
    ...differing('variables', 'PATH=/bin\nPORT=80\nDB_HOST=db\n', 'PATH=/bin\n'),
    'container-mounts': '/data\n',
  });
  t.same(bundle.manifest.serving, {
    container: {
      name: 'web',
      image: { archive: 'srv/web.tar' },
      command: ['serve', '--port', '80'],
      user: '1000:1000',
      publish: ['8080:80'],
      init: true,
      memory: '1G',
      memorySwap: '-1',
      memoryReservation: '512M',
      oomScoreAdj: -100,
      restart: 'on-failure:3',
      healthCheck: { command: 'exit 1', interval: '1m30s', timeout: undefined, retries: 3 },
    },
    port: 8080,
    path: '/',
    probe: undefined,
  });
  t.match(needs, [
    `The image stays on the host: write it there with \`docker save shop/web:1.2 --output web.tar\`, and copy it to root/srv/web.tar in the bundle (it is sha256:${'a'.repeat(64)}).`,
    /^It was given the variables PORT, DB_HOST: write/,
    /^what is mounted at \/data is not in the image/,
  ]);
  t.same(choices, []);
});

t.test('what is of the image is left to the image, and what is not set is not written', async (t) => {
  const { bundle, needs } = await captured(t, {
    ...differing('command', '"serve" ', '"serve" '),
    'container-health': 'health-interval 30s\n',
    'image-health': 'health-interval 30s\n',
  });
  t.same(bundle.manifest.serving.container, {
    name: 'web',
    image: { archive: 'srv/web.tar' },
    publish: ['8080:80'],
    memory: '512M',
    memorySwap: '512M',
    restart: 'always',
  });
  t.equal(needs.length, 1);
});

t.test('a server is asked as its image says, at the port that it publishes', async (t) => {
  const settings = 'memory 536870912\nnetwork bridge\nimage registry.example/team/redis:7-alpine\n';
  const { bundle, choices } = await captured(t, {
    'container-settings': settings,
    'container-ports': 'publish 127.0.0.1 6379 6379/tcp\npublish 0.0.0.0 53 53/udp\n',
  });
  t.match(bundle.manifest.serving, {
    port: 6379,
    probe: { kind: 'redis' },
    container: { publish: ['127.0.0.1:6379:6379'] },
  });
  t.match(choices[0], /redis probe, because its container starts redis-server\./);
  const byCommand = { ...differing('command', 'redis-server --save ', ''), 'container-entrypoint-count': '0' };
  t.match((await captured(t, byCommand)).bundle.manifest.serving.probe, { kind: 'redis' });
  await t.rejects(captured(t, { 'container-ports': '' }), { code: 'CAPTURE_PORT', message: /on which web listens/ });
  const both = { 'container-ports': 'publish 0.0.0.0 8080 80/tcp\npublish 0.0.0.0 8443 443/tcp\n' };
  await t.rejects(captured(t, both), { code: 'CAPTURE_PORT', message: /8080, 8443/ });
  const host = { 'container-settings': 'memory 0\nnetwork host\nimage web\n', 'container-ports': '' };
  t.match((await captured(t, host, 'docker', 80)).bundle.manifest.serving, {
    container: { network: 'host' },
    port: 80,
  });
});

t.test('a container of Podman is not taken for one that a unit makes', async (t) => {
  const { bundle, choices, needs } = await captured(t, {}, 'podman');
  t.equal(bundle.manifest.serving.container?.memory, '512M');
  t.match(choices, [/container of Podman/]);
  t.match(needs[0], 'podman save shop/web:1.2');
  const owned = await captureContainerHost(t.testdir(), { 'container-owner': 'web.service\n' }, 'podman');
  t.equal(owned.exitCode, 5);
  t.match(owned.stderr, 'the container web is made by web.service: capture that unit, oomdrill capture web.service');
});

t.test('one that has exited, and one that is not there, say so', async (t) => {
  const exited = await captureContainerHost(t.testdir(), { 'container-status': '0 137 exited' });
  t.match(exited, { exitCode: 4, stderr: 'the container web does not run: it is exited, with exit status 137' });
  const none = await captureContainerHost(t.testdir(), {}, 'docker', 'shop');
  t.match(none, { exitCode: 4, stderr: 'there is no container shop on this host' });
});

t.test('the flags of a container', async (t) => {
  const fails = async (args: readonly string[], code: string) => {
    const { stderr, stdout } = await runCommandLine(['capture', ...args, '--json', '-']);
    t.match(`${stdout}${stderr}`, code, args.join(' '));
  };
  await fails(['web.service', '--docker', 'web'], 'CAPTURE_FLAGS');
  await fails(['--docker', 'web', '--podman', 'web'], 'CAPTURE_FLAGS');
  await fails(['--docker', 'a b'], 'CAPTURE_CONTAINER');
  await fails(['--docker', 'web', '--from', 'x'], 'CAPTURE_FLAGS');
});

t.test('a captured container is a bundle once the archive is there', async (t) => {
  const dir = t.testdir();
  const { stdout } = await captureContainerHost(dir, {});
  await writeFile(join(dir, 'web.capture'), stdout);
  const out = join(dir, 'web');
  const ran = await runCommandLine(['capture', '--from', join(dir, 'web.capture'), '--out', out]);
  t.equal(ran.exitCode ?? 0, 0, ran.stderr);
  t.match(ran.stdout, '--memory=512M --memory-swap=512M --restart=always');
  t.match(ran.stdout, 'docker save shop/web:1.2 --output web.tar');
  t.match(await loadBundle(out).catch((thrown: Error) => thrown), { manifest: { serving: { port: 8080 } } });
  t.match(await readFile(join(out, 'bundle.json'), 'utf8'), '"archive": "srv/web.tar"');
});

for (const [shape, secret] of Object.entries(SECRET_SHAPES))
  t.test(`a secret that is a ${shape} stays on the host`, async (t) => {
    const word = JSON.stringify(secret);
    // Where numbers and names belong, one that is a short number or a word cannot be distinguished from them.
    const named = /^(?:\d+|[a-z]+)$/.test(secret) ? '' : secret;
    const { stdout, stderr } = await captureContainerHost(t.testdir(), {
      ...differing('command', `serve --token ${word} ${JSON.stringify(`--key=${secret}`)} ${word} `, ''),
      ...differing('entrypoint', `"/opt/web/bin/web" ${word} `, ''),
      'container-entrypoint-count': '2',
      ...differing('health-words', `"CMD-SHELL" ${JSON.stringify(`curl -u admin:${secret} localhost`)} `, ''),
      'container-health': `health-interval ${secret}\nhealth-retries ${named}\n`,
      ...differing('variables', `TOKEN=${secret}\n${secret}\nx ${secret}=1\n`, ''),
      'container-mounts': `/run/${named}\n`,
      'container-settings': `memory ${named}\nrestart ${named} 1\nnetwork ${named}\nuser ${named}\nlabel ${named}\nimage-id ${named}\n`,
      'container-ports': `publish 0.0.0.0 8080 80/tcp ${secret}\npublish ${secret} 1 1/tcp\n`,
      'image-digests': `digest ${secret}\n`,
      'container-owner': `${secret}\n`,
    });
    t.match(stdout, '|TOKEN\n', 'names of variables come out');
    t.same(leaksIn(`${stdout}${stderr}`, [secret]), []);
  });
