import t from 'tap';
import type { Bundle } from './bundle.js';
import { withValues } from './candidate.js';
import { checkBundle } from './check.js';
import { parseManifest } from './manifest.js';
import { placeOnNode } from './pod-on-node.js';
import { scaleBundle } from './scale.js';
import { computeEffectiveLimits, resolveServingUnit, resolveSlice } from './serving.js';
import { withSettings } from './with-settings.js';

const MANIFEST = 'etc/kubernetes/web.yaml';

/** A container's lines, below `containers:`. */
const container = (name: string, resources = 'requests: { memory: 1Gi }, limits: { memory: 4Gi }', more = '') =>
  `    - name: ${name}\n      image: nginx\n      resources: { ${resources} }\n${more}`;

const podOf = (...containers: readonly string[]) =>
  `apiVersion: v1\nkind: Pod\nmetadata: { name: web }\nspec:\n  containers:\n${containers.join('')}`;

const kubeletOf = (...lines: readonly string[]) => ({
  path: 'etc/kubernetes/kubelet.yaml',
  text: ['apiVersion: kubelet.config.k8s.io/v1beta1', 'kind: KubeletConfiguration', ...lines, ''].join('\n'),
});

function bundleOf(text: string, { pod = {}, files = [] as Bundle['files'] } = {}): Bundle {
  const serving = { pod: { manifest: MANIFEST, image: { packages: ['nginx'] }, ...pod }, port: 80 };
  const host = { memory: '8G', swap: '0', cpus: 2 };
  const { manifest } = parseManifest(
    JSON.stringify({ schema: 'oomdrill.bundle/2', description: 'A pod.', host, serving }),
    'bundle.json',
  );
  return { name: 'pod', manifest, files: [{ path: MANIFEST, text }, ...files] };
}

const placed = (bundle: Bundle) => {
  const { pod } = bundle.manifest.serving;
  if (!pod) throw new Error('no pod');
  return placeOnNode(bundle, pod);
};

t.test('what the kubelet makes of a pod', async (t) => {
  const bundle = bundleOf(podOf(container('web')));
  t.same(checkBundle(bundle), []);
  const serving = resolveServingUnit(bundle);
  t.match(
    serving.cgroup,
    /^\/kubepods\.slice\/kubepods-burstable\.slice\/kubepods-burstable-pod[0-9a-f_]+\.slice\/cri-containerd-web\.scope$/,
  );
  t.match(serving, { limits: { max: 4 * 1024 ** 3, high: Number.POSITIVE_INFINITY, swapMax: 0 }, killsAsGroup: true });
  t.equal(serving.oomScoreAdjust, 875, '1000 less the share of the node that is requested');
  t.equal(resolveSlice(bundle, 'kubepods.slice').limits.max, 8 * 1024 ** 3);
});

t.test('QoS classes', async (t) => {
  const of = (resources: string) => placed(bundleOf(podOf(container('web', resources))));
  const guaranteed = of('limits: { memory: 4Gi, cpu: 500m }');
  t.match(guaranteed.slice, /^kubepods-pod[0-9a-f_]+\.slice$/);
  t.match(guaranteed.serving, { oomScoreAdj: -997, cpuShares: 512, cpuQuota: 50_000 });
  t.match(guaranteed.slices.at(-1)?.text, /^CPUWeight=20\nMemoryMax=4G\nCPUQuota=50%$/m);
  t.equal(of('requests: { memory: 8Gi }, limits: { memory: 8Gi }').serving.oomScoreAdj, 3, 'above Guaranteed');
  t.equal(of('requests: { memory: 1Mi }, limits: { memory: 4Gi }').serving.oomScoreAdj, 999, 'below BestEffort');
});

t.test('the pod is limited where all of its containers are', async (t) => {
  const max = (...containers: readonly string[]) => {
    const bundle = bundleOf(podOf(...containers), { pod: { container: 'web' } });
    return resolveSlice(bundle, placed(bundle).slice).limits.max;
  };
  t.equal(max(container('web'), container('side', 'limits: { memory: 1Gi }')), 5 * 1024 ** 3);
  t.equal(max(container('web'), container('side', 'requests: { memory: 1Gi }')), Number.POSITIVE_INFINITY);
  const bundle = bundleOf(`${podOf(container('web'))}  resources: { limits: { memory: 2Gi } }\n`);
  t.equal(computeEffectiveLimits(bundle, resolveServingUnit(bundle)).max, 2 * 1024 ** 3, 'by its own limit');
});

t.test('MemoryQoS', async (t) => {
  const of = (version: string, ...lines: readonly string[]) =>
    bundleOf(podOf(container('web')), { pod: { kubelet: { version } }, files: [kubeletOf(...lines)] });
  const gate = 'featureGates: { MemoryQoS: true }';
  const old = of('1.26', gate);
  t.match(resolveServingUnit(old), {
    limits: { high: Math.floor((3.2 * 1024 ** 3) / 4096) * 4096 },
    killsAsGroup: false,
  });
  for (const { text } of placed(old).slices) t.match(text, /^MemoryMin=1073741824$/m);
  t.equal(resolveServingUnit(of('1.36', gate)).limits.high, Math.floor((3.7 * 1024 ** 3) / 4096) * 4096);
  t.equal(resolveServingUnit(of('1.37', gate)).limits.high, Number.POSITIVE_INFINITY);
  const tiered = resolveServingUnit(of('1.37', 'memoryReservationPolicy: TieredReservation'));
  t.equal(tiered.unit.value('Scope', 'MemoryLow')?.value, '1073741824');
  t.equal(resolveServingUnit(of('1.37', 'singleProcessOOMKill: true')).killsAsGroup, false);
});

t.test('memory that the node keeps back', async (t) => {
  const bundle = bundleOf(podOf(container('web')), {
    files: [kubeletOf('systemReserved: { memory: 1Gi }', 'kubeReserved: { memory: 512Mi }')],
  });
  t.equal(resolveSlice(bundle, 'kubepods.slice').limits.max, 6.5 * 1024 ** 3);
  t.equal(resolveSlice(scaleBundle(bundle, 8), 'kubepods.slice').limits.max, (6.5 * 1024 ** 3) / 8);
});

t.test('a pod at scale', async (t) => {
  const text = `# As deployed.\n${podOf(container('web'), container('side', 'limits: { memory: 1Gi }'))}---\napiVersion: v1\nkind: Service\nspec: { memory: 1Gi }\n`;
  const scaled = scaleBundle(bundleOf(text, { pod: { container: 'web' } }), 8);
  t.match(resolveServingUnit(scaled).limits, { max: 1024 ** 3 / 2 });
  t.match(resolveSlice(scaled, placed(scaled).slice).limits, { max: (5 * 1024 ** 3) / 8 });
  t.match(scaled.files[0]?.text, /spec: \{ memory: 1Gi \}/, 'nothing else is changed');
  const shared =
    'apiVersion: v1\nkind: Pod\nx: &amount 4Gi\nspec:\n  containers:\n    - { name: web, resources: { limits: { memory: *amount } } }\n';
  t.throws(
    () => scaleBundle(bundleOf(shared), 8),
    { code: 'POD_MANIFEST', message: /could not be divided/ },
    'an alias',
  );
});

t.test('a Deployment has a pod in its template', async (t) => {
  const spec = podOf(container('web'))
    .replace(/^(?:.*\n)*?spec:\n/, '')
    .replace(/^/gm, '    ');
  const bundle = bundleOf(
    `apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: web }\nspec:\n  template:\n    spec:\n${spec}`,
  );
  t.equal(resolveServingUnit(bundle).limits.max, 4 * 1024 ** 3);
});

const REFUSED: readonly (readonly [what: string, bundle: () => Bundle, message: RegExp])[] = [
  [
    'init containers',
    () => bundleOf(`${podOf(container('web'))}  initContainers: [{ name: setup }]\n`),
    /web\.yaml:\d+: Pod web has init containers/,
  ],
  [
    'two containers',
    () => bundleOf(podOf(container('web'), container('side'))),
    /2 containers, and bundle\.json does not say which/,
  ],
  ['another container', () => bundleOf(podOf(container('web')), { pod: { container: 'api' } }), /has no container api/],
  ['no container', () => bundleOf('apiVersion: v1\nkind: Pod\nspec: { containers: [] }\n'), /has no container/],
  ['no pod', () => bundleOf('apiVersion: v1\nkind: Service\nspec: {}\n'), /describes no pod/],
  ['two pods', () => bundleOf(`${podOf(container('web'))}---\n${podOf(container('web'))}`), /describes a second pod/],
  ['no limit', () => bundleOf(podOf(container('web', 'requests: { memory: 1Gi }'))), /states no limits\.memory/],
  ['no quantity', () => bundleOf(podOf(container('web', 'limits: { memory: 4 GB }'))), /is not a quantity/],
  ['no YAML', () => bundleOf('{'), /is not valid YAML/],
  [
    'volumes',
    () => bundleOf(podOf(container('web', undefined, '      volumeMounts: [{ name: data }]\n'))),
    /has volumeMounts/,
  ],
  [
    'a secret',
    () => bundleOf(podOf(container('web', undefined, '      env: [{ name: KEY, valueFrom: { secretKeyRef: {} } }]\n'))),
    /has valueFrom/,
  ],
  [
    'swap',
    () => bundleOf(podOf(container('web')), { files: [kubeletOf('memorySwap: { swapBehavior: LimitedSwap }')] }),
    /no pod that swaps/,
  ],
  [
    'no such file',
    () => bundleOf(podOf(container('web')), { pod: { manifest: 'etc/kubernetes/api.yaml' } }),
    /has no file etc\/kubernetes\/api\.yaml/,
  ],
];

for (const [what, make, message] of REFUSED)
  t.test(`refused: ${what}`, async (t) => {
    t.throws(() => checkBundle(make()), { code: 'POD_MANIFEST', message, hint: /./ });
  });

t.test('refused by the schema', async (t) => {
  const bad = (pod: object) => () => bundleOf(podOf(container('web')), { pod });
  t.throws(
    bad({ image: undefined }),
    { code: 'BUNDLE_MANIFEST', message: /serving\.pod\.image/ },
    'no source of the image',
  );
  t.throws(bad({ manifest: '../web.yaml' }), { code: 'BUNDLE_MANIFEST' });
  t.throws(bad({ kubelet: { version: 'latest' } }), {
    code: 'BUNDLE_MANIFEST',
    message: /must be a version of Kubernetes/,
  });
});

t.test('settings of a unit are none of a pod', async (t) => {
  const bundle = bundleOf(podOf(container('web')));
  const refused = {
    code: 'POD_SETTINGS',
    message: /^MemoryHigh=? cannot be set for a pod/,
    hint: /^Change etc\/kubernetes\/web\.yaml/,
  };
  t.throws(() => withSettings(bundle, { MemoryHigh: '3G' }), refused);
  t.throws(() => withValues(bundle, { memoryHigh: '3G' }), refused);
  t.equal(withValues(bundle, { hostMemory: '16G' }).manifest.host.memory, '16G', 'its node may be another one');
});
