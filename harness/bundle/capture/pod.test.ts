import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { parse } from 'yaml';
import { GIB } from '../../core/bytes.js';
import { capturePodHost, type PodHost, type PodHostContainer } from '../../testing/capture-pod-host.js';
import { runCommandLine } from '../../testing/command-line.js';
import { leaksIn, SECRET_SHAPES } from '../../testing/planted-secrets.js';
import { checkBundle } from '../check.js';
import type { ServingPod } from '../pod.js';
import { placeOnNode } from '../pod-on-node.js';
import { assembleCapture } from './assemble.js';
import { withArchive } from './container.js';
import { parseCaptureStream } from './stream.js';

/** A Burstable container with a request of 1Gi and a limit of 4Gi on a node of 8Gi. */
const REDIS: PodHostContainer = {
  name: 'redis',
  args: ['redis-server', '--save', ''],
  port: 6379,
  files: { 'memory.max': String(4 * GIB), 'memory.high': 'max', 'memory.min': '0', 'memory.oom.group': '1' },
};
const HOST: PodHost = { containers: [REDIS], kubelet: '1.33', limits: { 'memory.max': String(4 * GIB) }, settings: '' };

async function captured(t: Test, host: PodHost) {
  const { stdout, stderr, exitCode } = await capturePodHost(t.testdir(), host);
  t.equal(exitCode, 0, stderr);
  const capture = assembleCapture(parseCaptureStream(stdout, 'x'), { name: 'cache', path: '/' });
  const manifest = capture.bundle.files.find(({ path }) => path === 'etc/kubernetes/cache.yaml')?.text ?? '';
  return { ...capture, pod: parse(manifest), stdout };
}

t.test('a pod becomes the manifest that a kubelet makes the same of', async (t) => {
  const { bundle, pod, needs, choices } = await captured(t, HOST);
  t.match(bundle.manifest, {
    host: { memory: '8G' },
    serving: {
      pod: { manifest: 'etc/kubernetes/cache.yaml', image: { archive: 'srv/cache.tar' }, kubelet: { version: '1.33' } },
      port: 6379,
      probe: { kind: 'redis' },
    },
  });
  t.match(pod, {
    metadata: { name: 'cache', namespace: 'default' },
    spec: {
      containers: [
        {
          name: 'redis',
          image: 'docker.io/library/redis:7',
          command: ['redis-server', '--save', ''],
          resources: { requests: { memory: '1024Mi', cpu: '100m' }, limits: { memory: '4096Mi', cpu: '500m' } },
        },
      ],
    },
  });
  t.notOk(pod.spec.resources, 'the limit of the pod is that of its container');
  const { serving } = placeOnNode(bundle, bundle.manifest.serving.pod as ServingPod);
  t.match(serving, { max: 4 * GIB, oomScoreAdj: 875, killsAsGroup: true, cpuShares: 102, cpuQuota: 50_000 });
  t.same(checkBundle(withArchive(bundle)), []);
  t.equal(
    needs[0],
    `The images stay on the node: write them there with \`ctr --namespace k8s.io images export cache.tar docker.io/library/redis:7\`, and copy it to root/srv/cache.tar in the bundle (sha256:${'a'.repeat(64)}).`,
  );
  t.match(choices.join('\n'), /A node does not know requests\.memory/);
  t.match(choices.join('\n'), /A command in etc\/kubernetes\/cache\.yaml is that which runs/);
  t.match(choices.join('\n'), /restart policy of a pod is not known on its node/);
  t.notMatch(choices.join('\n'), /On the node memory/);
});

t.test('crictl tells the words of the manifest from those of the image', async (t) => {
  const env = ['MODE=x', 'KUBERNETES_PORT=tcp', 'WEB_SERVICE_HOST=10.0.0.1', 'WEB_PORT_80_TCP=x'];
  const mounts = ['/data', '/etc/hosts', '/var/run/secrets/kubernetes.io/serviceaccount'];
  const { pod, needs, choices } = await captured(t, {
    ...HOST,
    tool: 'crictl',
    containers: [{ ...REDIS, env, mounts }],
  });
  const [container] = pod.spec.containers;
  t.match(container, { args: ['redis-server', '--save', ''], securityContext: { runAsUser: 999 } });
  t.notOk(container.command);
  t.match(needs, [
    /sha256:b{64}/,
    /^The container redis was given the variables MODE: /,
    /^what is mounted at \/data /,
  ]);
  t.match(choices.join('\n'), /started again 3 times/);
});

t.test('of several containers the one that listens is asked, and a limit of the pod is its own', async (t) => {
  const files = { 'memory.max': 'max', 'memory.oom.group': '1' };
  const { bundle, pod, choices } = await captured(t, {
    ...HOST,
    containers: [
      { name: 'sidecar', args: ['sleep', '5'], files, score: 999 },
      { ...REDIS, files },
    ],
  });
  t.equal(bundle.manifest.serving.pod?.container, 'redis');
  t.match(pod.spec.resources, { limits: { memory: '4096Mi' } });
  t.match(pod.spec.containers[0].resources.requests, { memory: '1' }, 'so little that no score shows it');
  t.match(choices[1], /Of the containers sidecar, redis it is redis that is asked, because it listens\./);
});

t.test('of the kubelet come its version and its settings of memory, and else what shows of them', async (t) => {
  const settings = `apiVersion: kubelet.config.k8s.io/v1beta1
authentication:
  memory: 5Gi
featureGates:
  MemoryQoS: true
  Other: true
kubeReserved:
  cpu: 100m
  memory: 512Mi
clusterDNS: [10.0.0.10]
singleProcessOOMKill: true
`;
  const kubelet = ({ files }: { readonly files: readonly { path: string; text: string }[] }) =>
    files.find(({ path }) => path === 'etc/kubernetes/kubelet.yaml')?.text;
  const { bundle, choices } = await captured(t, { ...HOST, settings });
  t.equal(
    kubelet(bundle),
    'apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\nfeatureGates:\n  MemoryQoS: true\nkubeReserved:\n  memory: 512Mi\nsingleProcessOOMKill: true\n',
  );
  t.match(
    choices.join('\n'),
    /On the node memory\.high of redis is max, and a drill sets 3\.\d+G/,
    'what differs is said',
  );
  t.match(choices.join('\n'), /On the node memory\.oom\.group of redis is 1, and a drill sets 0/);
  const { settings: _, ...hidden } = HOST;
  const files = { ...REDIS.files, 'memory.oom.group': '0' };
  const unread = await captured(t, { ...hidden, containers: [{ ...REDIS, files }] });
  t.match(kubelet(unread.bundle), /singleProcessOOMKill: true/);
  t.match(unread.choices.join('\n'), /settings of the kubelet could not be read/);
  const { kubelet: __, ...unversioned } = HOST;
  const without = await captured(t, unversioned);
  t.match(without.choices.join('\n'), /The version of the kubelet is not known: it is drilled as 1\.37/);
});

t.test('the class is that of the slice', async (t) => {
  const { bundle } = await captured(t, { ...HOST, slice: 'kubepods', containers: [{ ...REDIS, score: -997 }] });
  const { slice, serving } = placeOnNode(bundle, bundle.manifest.serving.pod as ServingPod);
  t.match(slice, /^kubepods-burstable/, 'CPU is requested and limited by different amounts there');
  t.equal(serving.max, 4 * GIB);
});

t.test('what cannot be captured says so', async (t) => {
  const none = await capturePodHost(t.testdir(), { containers: [] });
  t.match(none, { exitCode: 4, stderr: 'there is no pod cache with running containers on this node' });
  const two = await capturePodHost(t.testdir(), { containers: [REDIS, { ...REDIS, uid: 'v' }] });
  t.match(two, { exitCode: 4, stderr: /there are several pods cache on this node: name one as NAMESPACE\/NAME/ });
  const fails = async (args: readonly string[], code: string) => {
    const { stderr, stdout } = await runCommandLine(['capture', ...args, '--json', '-']);
    t.match(`${stdout}${stderr}`, code, args.join(' '));
  };
  await fails(['web.service', '--pod', 'web'], 'CAPTURE_FLAGS');
  await fails(['--pod', 'a b'], 'CAPTURE_POD');
  await fails(['--pod', 'web', '--docker', 'web'], 'FLAG');
  const dir = t.testdir();
  await writeFile(join(dir, 'x'), 'oomdrill-capture/1\n== fact pod\n|../../x\n== fact memory-kib\n|1\n== end\n');
  await fails(['--from', join(dir, 'x')], 'CAPTURE_STREAM');
});

for (const [shape, secret] of Object.entries(SECRET_SHAPES))
  t.test(`a secret that is a ${shape} stays on the node`, async (t) => {
    const named = /^(?:\d+|[a-z]+)$/.test(secret) ? '' : secret;
    const dir = t.testdir();
    for (const tool of ['ctr', 'crictl'] as const) {
      const { stdout, stderr } = await capturePodHost(join(dir, tool), {
        tool,
        settings: `kubeReserved:\n  memory: ${named}\nstaticPodURL: ${secret}\nevictionHard:\n  ${named}: 1\n`,
        containers: [
          {
            ...REDIS,
            args: ['/opt/web/bin/web', '--token', secret, `--key=${secret}`, secret],
            env: [`TOKEN=${secret}`, secret, `x ${secret}=1`],
            mounts: [`/run/${named}`],
            annotations: { [secret]: secret, 'kubectl.kubernetes.io/last-applied-configuration': secret },
          },
        ],
      });
      t.match(stdout, '|TOKEN\n', 'names of variables come out');
      t.same(leaksIn(`${stdout}${stderr}`, [secret]), [], tool);
    }
  });
