// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of Compose
import fc from 'fast-check';
import { checkBundle } from '../../harness/bundle/check.js';
import { type Manifest, parseManifest } from '../../harness/bundle/manifest.js';
import { placeOnNode } from '../../harness/bundle/pod-on-node.js';
import { scalePodFiles } from '../../harness/bundle/scale-pod.js';
import { interpolate, parseDotEnv } from '../../harness/formats/compose-variables.js';
import { parseDockerSize } from '../../harness/formats/docker-size.js';
import { parseIncusSize } from '../../harness/formats/incus.js';
import { parseLocated } from '../../harness/formats/located.js';
import { parseKernelAmount, parseLxcConfig } from '../../harness/formats/lxc.js';
import { parseQuantity } from '../../harness/formats/quantity.js';
import { readContainers } from '../../harness/lint/containers/scene.js';
import { mutated } from '../inputs/mutation.js';
import { hostile } from '../inputs/text.js';
import { reader } from './reader.js';

const COMPOSE = [
  'services:\n  a: &a\n    image: x\n    mem_limit: ${M:-1g}\n    memswap_limit: -1\n  b:\n    <<: *a\n    tmpfs: [/tmp:size=1m]\n',
  'services:\n  a:\n    extends: {service: b}\n    deploy: {resources: {limits: {memory: 1g}}}\n  b: {build: ., ports: ["1:1"]}\n',
];
const MANIFESTS = [
  'apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Pod\n  spec:\n    containers:\n    - name: a\n      resources: {limits: {memory: 1Gi}}\n',
  'apiVersion: v1\nkind: KubeletConfiguration\nfeatureGates: {MemoryQoS: true}\nmemorySwap: {swapBehavior: LimitedSwap}\nevictionHard: {}\n',
];
const INCUS = [
  'config:\n  limits.memory: 1GiB\n  limits.memory.enforce: soft\n  raw.lxc: |\n    lxc.cgroup2.memory.high = 3G\n',
];
const LXC = ['lxc.rootfs.path = dir:/x\nlxc.cgroup2.memory.max = 4G\nlxc.cgroup.memory.limit_in_bytes = 1G\n'];
const WORDS = [
  '*a',
  '&a ',
  '<<: ',
  '!reset ',
  '- ',
  ': ',
  '{',
  '[',
  '}',
  ']',
  '|\n',
  '---\n',
  '${A',
  '$$',
  'services:\n',
  'null',
];
const SIZES = ['512m', '2g', '1.5Gi', '1e9', '4GB', 'max', '50%', '-1', '0x10', '512Mi', '10GiB'];

const files = fc
  .tuple(mutated(COMPOSE, WORDS), mutated(MANIFESTS, WORDS), mutated(INCUS, WORDS), mutated(LXC, WORDS))
  .map(([compose, manifest, incus, lxc]) => [
    { path: 'etc/docker/compose/a/compose.yaml', shown: 'a', text: compose },
    { path: 'etc/kubernetes/b.yaml', shown: 'b', text: manifest },
    { path: 'etc/incus/c.yaml', shown: 'c', text: incus },
    { path: 'etc/lxc/d.conf', shown: 'd', text: lxc },
    { path: 'etc/docker/compose/a/.env', shown: 'e', text: 'M=2g\n' },
  ]);

const POD = 'etc/kubernetes/pod.yaml';

/** A pod and the settings of its kubelet, as a bundle has them. */
const bundlesOfPods = fc
  .tuple(
    mutated(
      [
        'apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n  - name: a\n    image: x\n    resources:\n      requests: {memory: 1Gi, cpu: 500m}\n      limits: {memory: 4Gi}\n',
      ],
      [...WORDS, ...SIZES, 'initContainers: ', 'env: '],
    ),
    mutated([MANIFESTS[1] ?? ''], [...WORDS, 'memoryThrottlingFactor: 0.8', 'systemReserved: {memory: 1Gi}\n']),
  )
  .map(([pod, kubelet]) => [
    { path: POD, text: pod },
    { path: 'etc/kubernetes/kubelet.yaml', text: kubelet },
  ]);

const HOST = { manifest: { host: { memory: '8G', swap: '0', cpus: 2 } } as Manifest };
const SERVING_POD = { manifest: POD, image: { packages: ['x'] }, kubelet: { version: '1.30' } };

/** A Compose file of a bundle, of which one service is drilled. */
const SERVICES = [
  'services:\n  a:\n    image: x\n    mem_limit: ${M}\n    ports: ["1:1", {target: 1, published: 2}]\n    healthcheck: {test: [CMD, a], interval: 1m}\n    env_file: .env\n',
  'services:\n  a:\n    image: x\n    command: b "c d"\n    entrypoint: [e]\n    deploy: {resources: {limits: {memory: 1g}}, restart_policy: {condition: any}}\n    environment: [A=$M, B]\n    ports: ["1-2:1-2"]\n',
];
const BY_COMPOSE = JSON.stringify({
  description: 'a host',
  host: { memory: '24G', swap: '0', cpus: 2 },
  serving: { container: { compose: 'etc/a/compose.yaml', image: { packages: ['nginx'] } }, port: 1 },
});

export const containerReaders = [
  reader({
    name: 'pod-of-bundle',
    covers: ['harness/bundle/pod-manifest.ts readServingPod'],
    inputs: bundlesOfPods,
    read: (files) => {
      const { slices, serving } = placeOnNode({ ...HOST, files }, SERVING_POD);
      const { written, ...limits } = serving;
      return { slices, limits, name: written.name, scaled: scalePodFiles({ files }, SERVING_POD, 8) };
    },
    // What was divided is in effect, or refused.
    must: ({ limits, scaled }: { limits: { max: number }; scaled: readonly { path: string; text: string }[] }) => {
      const { serving } = placeOnNode({ ...HOST, files: scaled }, SERVING_POD);
      const off = Math.abs((serving.max ?? Number.NaN) - limits.max / 8);
      if (!(off < 4096)) throw new Error(`${serving.max} is not an eighth of ${limits.max}`);
    },
  }),
  reader({
    name: 'compose-container',
    covers: [],
    inputs: mutated(SERVICES, WORDS),
    read(text) {
      const files = [
        { path: 'etc/a/compose.yaml', text },
        { path: 'etc/a/.env', text: 'M=2g\n' },
      ];
      const bundle = { name: 'a', files, ...parseManifest(BY_COMPOSE, 'bundle.json', files) };
      return [bundle.manifest, checkBundle(bundle)];
    },
  }),
  reader({
    name: 'containers',
    covers: [
      'harness/lint/containers/scene.ts readContainers',
      'harness/formats/compose.ts readCompose',
      'harness/formats/compose-service.ts readComposeService',
      'harness/formats/incus.ts readIncus',
      'harness/formats/kubelet.ts readKubelets',
      'harness/formats/kubernetes.ts readObjects',
      'harness/formats/lxc.ts readLxc',
      'harness/formats/lxc.ts readLxcSettings',
      'harness/formats/pod.ts readPod',
      'harness/formats/yaml-files.ts readYamlFiles',
    ],
    inputs: files,
    read: (texts) => readContainers(texts, new Set()).faults,
  }),
  reader({
    name: 'located',
    covers: ['harness/formats/located.ts parseLocated'],
    inputs: fc.oneof(mutated([...COMPOSE, ...MANIFESTS, ...INCUS], WORDS), hostile(WORDS)),
    read: (text) => parseLocated(text, 'x').fault,
  }),
  reader({
    name: 'lxc-config',
    covers: ['harness/formats/lxc.ts parseLxcConfig'],
    inputs: mutated(LXC, ['lxc.', ' = ', '\n']),
    read: (text) => parseLxcConfig(text, 'x'),
  }),
  reader({
    name: 'dot-env',
    covers: ['harness/formats/compose-variables.ts parseDotEnv'],
    inputs: mutated(['A=1g\nB=${A:-2g}\n', 'export A="x $B"\n'], WORDS),
    read: (text) => [...parseDotEnv(text)],
  }),
  reader({
    name: 'interpolation',
    covers: ['harness/formats/compose-variables.ts interpolate'],
    inputs: fc.oneof(
      mutated(['${A:-${B:-2g}}', '$A', '$$x', '${A:+b}${C?no}'], WORDS),
      hostile(['${', '}', '$', ':-']),
    ),
    read: (text) => interpolate(text, new Map([['A', '1g']])),
  }),
  reader({
    name: 'container-size',
    covers: [
      'harness/formats/docker-size.ts parseDockerSize',
      'harness/formats/quantity.ts parseQuantity',
      'harness/formats/incus.ts parseIncusSize',
      'harness/formats/lxc.ts parseKernelAmount',
    ],
    inputs: fc.oneof(mutated(SIZES), hostile(SIZES)),
    read: (text) =>
      [parseDockerSize, parseQuantity, parseIncusSize, parseKernelAmount].map((parse) => parse(text) ?? null),
  }),
];
