// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of Compose
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { readTrees } from '../bundle/tree.js';
import { composeTree } from '../testing/lint.js';
import { lintTree, lintTrees } from './lint.js';
import type { HostMemory } from './scene.js';

const CASES = fileURLToPath(new URL('../../fixtures/cases/', import.meta.url));

/** Findings of a file of a case, named by itself: `rule severity line`. */
async function lintFile(name: string, host: HostMemory = {}): Promise<string[]> {
  const { findings } = lintTrees(await readTrees([`${CASES}${name}`]), { paths: [name], strict: false, host });
  return findings.map(({ rule, severity, line }) => `${rule} ${severity} ${line}`);
}

t.test('42: a Compose file, a pod and an LXC container are read by themselves', async (t) => {
  // mem_limit is memswap_limit: a cap without swap, and Docker starts it again.
  t.same(await lintFile('42-compose/docker-compose.yml'), []);
  t.same(await lintFile('42-compose/docker-compose.yml', { memory: 2 ** 31, swap: 2 ** 30 }), ['max-near-ram error 4']);
  // Burstable, and MemoryQoS is up to the kubelet, which is not here.
  t.same(await lintFile('42-compose/pod.yaml'), []);
  t.same(await lintFile('42-compose/lxc.conf'), ['soft-band error 1']);
});

t.test('42: all three in a folder', async (t) => {
  t.same(await lintFile('42-compose'), ['soft-band error 1']);
});

interface Neighbour {
  readonly what: string;
  readonly files: Readonly<Record<string, string>>;
  readonly host?: HostMemory;
  readonly kind?: 'etc' | 'files';
  /** `rule severity line`, by file and line. */
  readonly finds: readonly string[];
  readonly says?: RegExp;
}

const COMPOSE = 'etc/docker/compose/app/compose.yaml';
const compose = (text: string, more: Readonly<Record<string, string>> = {}) => ({ [COMPOSE]: text, ...more });
const one = (lines: string) => `services:\n  web:\n    image: a\n${lines}\n`;

const NO_SWAP: HostMemory = { swap: 0 };
const SWAP: HostMemory = { swap: 2 ** 32 };

/** What Compose and Docker make of it: compose-spec; moby v28, daemon/daemon_unix.go; docker/go-units, size.go. */
const COMPOSE_NEIGHBOURS: readonly Neighbour[] = [
  {
    what: 'no memswap_limit means as much swap again',
    files: compose(one('    mem_limit: 1800m')),
    finds: ['swap-allowed note 4'],
    says: /may swap as much again \(it has no memswap_limit\), if the host has swap/,
  },
  {
    what: 'and with swap it is a warning',
    files: compose(one('    mem_limit: 1g')),
    host: SWAP,
    finds: ['swap-allowed warning 4'],
  },
  { what: 'without swap it is nothing', files: compose(one('    mem_limit: 1g')), host: NO_SWAP, finds: [] },
  {
    what: 'memswap_limit: -1 is not a limit',
    files: compose(one('    mem_limit: 1g\n    memswap_limit: -1')),
    host: SWAP,
    finds: ['swap-allowed warning 4'],
    says: /without limit \(memswap_limit: -1\)/,
  },
  {
    what: 'memswap_limit is memory and swap together',
    files: compose(one('    mem_limit: 1g\n    memswap_limit: 3g')),
    host: SWAP,
    finds: ['swap-allowed warning 4'],
    says: /up to memswap_limit: 3g, memory and swap together/,
  },
  { what: 'sizes have no case', files: compose(one('    mem_limit: 1024M\n    memswap_limit: 1 GiB')), finds: [] },
  {
    what: 'Kubernetes writes sizes in another way',
    files: compose(one('    mem_limit: 2Gi')),
    finds: ['bad-value error 4', 'swap-allowed note 4'],
  },
  {
    what: 'no unit is bytes',
    files: compose(one('    mem_limit: 512\n    memswap_limit: 512')),
    finds: ['tiny-limit error 4'],
  },
  {
    what: 'deploy.resources is mem_limit',
    files: compose(
      one('    deploy:\n      resources:\n        limits:\n          memory: 1g\n        reservations: {memory: 512m}'),
    ),
    finds: ['swap-allowed note 7'],
  },
  {
    what: 'variables have their defaults',
    files: compose(one('    mem_limit: ${MEM:-1g}\n    memswap_limit: ${SWAP:-${MEM:-1g}}')),
    finds: [],
  },
  {
    what: 'or the values of .env',
    files: compose(one('    mem_limit: ${MEM:-1g}\n    memswap_limit: 1g'), {
      'etc/docker/compose/app/.env': 'MEM=2g\n',
    }),
    finds: ['container-refused error 5'],
    says: /lies below mem_limit: \$\{MEM:-1g\}/,
  },
  {
    what: 'and are unknown without either',
    files: compose(one('    mem_limit: ${MEM}\n    memswap_limit: ${MEM}')),
    host: { memory: 2 ** 30, swap: 2 ** 30 },
    finds: ['swap-allowed note 4'],
    says: /an amount that is not known/,
  },
  {
    what: 'anchors and merge keys',
    files: compose(
      'x-limits: &limits\n  mem_limit: 1g\n  memswap_limit: 1g\nservices:\n  a: {image: x, <<: *limits}\n  b:\n    image: y\n    <<: *limits\n    oom_score_adj: -1000\n',
    ),
    finds: ['unkillable error 9'],
  },
  {
    what: 'extends takes the limits along',
    files: compose('services:\n  a:\n    image: x\n    mem_limit: 1g\n    memswap_limit: 1g\n  b:\n    extends: a\n'),
    finds: [],
  },
  {
    what: 'also from another file',
    files: compose('services:\n  b:\n    extends: {file: base.compose.yml, service: a}\n    memswap_limit: 1g\n', {
      'etc/docker/compose/app/base.compose.yml': 'services:\n  a:\n    image: x\n    mem_limit: 1g\n',
    }),
    finds: [],
  },
  {
    what: 'the override is read on top',
    files: compose(one('    mem_limit: 1g\n    memswap_limit: 1g'), {
      'etc/docker/compose/app/compose.override.yaml': 'services:\n  web:\n    memswap_limit: -1\n',
    }),
    host: SWAP,
    finds: ['swap-allowed warning 4'],
  },
  {
    what: 'an override alone is a part, of which nothing is said to be missing',
    files: {
      'etc/docker/compose/app/docker-compose.prod.yml':
        'services:\n  web:\n    mem_limit: 1g\n  db:\n    restart: always\n',
    },
    finds: [],
  },
  {
    what: 'one service of three has no limit',
    files: compose(
      'services:\n  a: {image: x, mem_limit: 1g, memswap_limit: 1g}\n  b: {image: y, mem_limit: 1g, memswap_limit: 1g}\n  c: {image: z}\n',
    ),
    finds: ['container-uncapped warning 4'],
  },
  {
    what: 'none has one',
    files: compose('services:\n  a: {image: x}\n  b: {build: .}\n'),
    finds: ['no-cap note 2'],
    says: /service a, service b have no memory limit/,
  },
  { what: 'mem_limit: 0 is none', files: compose(one('    mem_limit: 0')), finds: ['no-cap note 2'] },
  {
    what: 'mem_reservation is not a cap',
    files: compose(
      'services:\n  a: {image: x, mem_limit: 1g, memswap_limit: 1g}\n  b: {image: y, mem_reservation: 2g}\n',
    ),
    finds: ['container-uncapped warning 3'],
    says: /only mem_reservation: 2g, which is memory.low and not a cap/,
  },
  {
    what: 'oom_kill_disable does nothing',
    files: compose(one('    mem_limit: 1g\n    memswap_limit: 1g\n    oom_kill_disable: true')),
    finds: ['container-ignored warning 6'],
  },
  {
    what: '-1000 is passed on to all children',
    files: compose(one('    mem_limit: 1g\n    memswap_limit: 1g\n    oom_score_adj: -1000')),
    finds: ['unkillable error 6'],
  },
  {
    what: '-999 is killable',
    files: compose(one('    mem_limit: 1g\n    memswap_limit: 1g\n    oom_score_adj: -999')),
    finds: [],
  },
  {
    what: 'three caps of three replicas are more than the host has',
    files: compose(
      'services:\n  a: {image: x, mem_limit: 2g, memswap_limit: 2g, deploy: {replicas: 3}}\n  b: {image: y, mem_limit: 3g, memswap_limit: 3g}\n',
    ),
    host: { memory: 8 * 2 ** 30, swap: 0 },
    finds: ['caps-over-ram warning 2'],
    says: /9G \(6G of service a, 3G of service b\)/,
  },
  {
    what: 'a slice of the tree caps a service that has no limit',
    files: compose(
      'services:\n  a: {image: x, mem_limit: 1g, memswap_limit: 1g}\n  b: {image: y, cgroup_parent: jobs.slice}\n',
      {
        'etc/systemd/system/jobs.slice': '[Slice]\nMemoryMax=2G\nMemorySwapMax=0\n',
      },
    ),
    finds: [],
  },
  {
    what: 'and comes before a higher limit in it',
    files: compose(one('    mem_limit: 4g\n    memswap_limit: 4g\n    cgroup_parent: jobs.slice'), {
      'etc/systemd/system/jobs.slice': '[Slice]\nMemoryMax=2G\nMemorySwapMax=0\n',
    }),
    finds: ['limit-above-parent warning 4'],
    says: /lies above MemoryMax=2G of jobs\.slice/,
  },
  {
    what: 'a drop-in of all scopes caps it as well',
    files: compose('services:\n  a: {image: x, mem_limit: 1g, memswap_limit: 1g}\n  b: {image: y}\n', {
      'etc/systemd/system/docker-.scope.d/50.conf': '[Scope]\nMemoryMax=2G\nMemorySwapMax=0\nOOMPolicy=continue\n',
    }),
    finds: [],
  },
  {
    what: 'a path is not a slice',
    files: compose(one('    mem_limit: 1g\n    memswap_limit: 1g\n    cgroup_parent: /docker')),
    finds: ['docker-parent-name error 6'],
  },
  {
    what: 'a comment suppresses a finding',
    files: compose(one('    # oomdrill-lint: ignore swap-allowed -- the host has none\n    mem_limit: 1g')),
    finds: [],
  },
];

const POD = 'etc/kubernetes/manifests/a.yaml';
const pod = (spec: string, more: Readonly<Record<string, string>> = {}) => ({
  [POD]: `apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n${spec}\n`,
  ...more,
});
const container = (resources: string) => pod(`  containers:\n  - name: a\n    image: x\n    resources: ${resources}`);
const kubelet = (lines: string) => ({
  'var/lib/kubelet/config.yaml': `apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\nsystemReserved: {memory: 1Gi}\n${lines}\n`,
});

/** Kubernetes' core/v1, quantity.go, KEP-2570, KEP-2400, #117070. */
const KUBERNETES_NEIGHBOURS: readonly Neighbour[] = [
  { what: 'Guaranteed', files: container('{requests: {memory: 1Gi}, limits: {memory: 1Gi}}'), finds: [] },
  {
    what: 'm is a thousandth',
    files: container('{limits: {memory: 512m}}'),
    finds: ['tiny-limit error 8'],
    says: /m is a thousandth/,
  },
  { what: 'MB is not a suffix', files: container('{limits: {memory: 512MB}}'), finds: ['bad-value error 8'] },
  {
    what: 'small letters are none either',
    files: container('{requests: {memory: 1gi}, limits: {memory: 2Gi}}'),
    finds: ['bad-value error 8'],
  },
  { what: 'an exponent is one', files: container('{limits: {memory: 1e9}}'), finds: [] },
  { what: 'no limit at all', files: container('{requests: {memory: 1Gi}}'), finds: ['no-cap note 6'] },
  {
    what: 'a sidecar without one takes the limit of the pod away',
    files: pod('  containers:\n  - {name: a, resources: {limits: {memory: 1Gi}}}\n  - {name: proxy}'),
    finds: ['container-uncapped warning 7'],
    says: /container proxy of Pod a has no memory limit while container a of Pod a has limits\.memory: 1Gi: the pod of Pod a has no memory\.max/,
  },
  {
    what: 'unless the pod has its own',
    files: pod(
      '  resources: {limits: {memory: 2Gi}}\n  containers:\n  - {name: a, resources: {limits: {memory: 1Gi}}}\n  - {name: proxy}',
    ),
    finds: [],
  },
  {
    what: 'or the namespace has a default',
    files: pod('  containers:\n  - {name: a, resources: {limits: {memory: 1Gi}}}\n  - {name: proxy}', {
      'etc/kubernetes/manifests/range.yaml':
        'apiVersion: v1\nkind: LimitRange\nspec:\n  limits:\n  - type: Container\n    default: {memory: 512Mi}\n',
    }),
    finds: [],
  },
  {
    what: 'a request above the limit',
    files: container('{requests: {memory: 2Gi}, limits: {memory: 1Gi}}'),
    finds: ['container-refused error 8'],
  },
  {
    what: 'several documents, a Deployment and a CronJob',
    files: {
      [POD]:
        'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: d}\nspec:\n  template:\n    spec:\n      containers:\n      - {name: a, resources: {limits: {memory: 100m}}}\n---\napiVersion: batch/v1\nkind: CronJob\nmetadata: {name: c}\nspec:\n  jobTemplate:\n    spec:\n      template:\n        spec:\n          containers:\n          - {name: b, resources: {limits: {memory: 1Gi}}}\n',
    },
    finds: ['tiny-limit error 8'],
  },
  {
    what: 'a List in JSON',
    files: {
      'etc/kubernetes/manifests/l.json': JSON.stringify({
        kind: 'List',
        apiVersion: 'v1',
        items: [
          {
            kind: 'Pod',
            apiVersion: 'v1',
            spec: { containers: [{ name: 'a', resources: { limits: { memory: '1GB' } } }] },
          },
        ],
      }),
    },
    finds: ['bad-value error 1'],
  },
  {
    what: 'an emptyDir in memory',
    files: pod(
      '  containers:\n  - {name: a, resources: {limits: {memory: 1Gi}}}\n  volumes:\n  - name: v\n    emptyDir: {medium: Memory}',
    ),
    finds: ['memory-volume note 9'],
  },
  {
    what: 'without a limit it can take the memory of the node',
    files: pod('  containers:\n  - {name: a}\n  volumes:\n  - name: v\n    emptyDir: {medium: Memory}'),
    finds: ['memory-volume warning 9', 'no-cap note 6'],
  },
  {
    what: 'each file of a folder has a finding of its own',
    files: {
      ...container('{limits: {memory: 1Gi}}'),
      'etc/kubernetes/manifests/b.yaml':
        'apiVersion: v1\nkind: Pod\nmetadata: {name: b}\nspec: {containers: [{name: b}]}\n',
      'etc/kubernetes/manifests/c.yaml':
        'apiVersion: v1\nkind: Pod\nmetadata: {name: c}\nspec: {containers: [{name: c}]}\n',
    },
    finds: ['container-uncapped warning 4', 'container-uncapped warning 4'],
  },
  {
    what: 'PostgreSQL is killed as a whole',
    files: pod(
      '  containers:\n  - name: db\n    image: docker.io/library/postgres:16\n    resources: {limits: {memory: 1Gi}}',
    ),
    finds: ['oom-policy note 6'],
    says: /memory\.oom\.group/,
  },
  {
    what: 'unless the kubelet says otherwise',
    files: {
      ...pod('  containers:\n  - name: db\n    image: postgres\n    resources: {limits: {memory: 1Gi}}'),
      ...kubelet('singleProcessOOMKill: true'),
    },
    finds: [],
  },
  {
    what: 'MemoryQoS puts a band below the limit of a Burstable container',
    files: {
      ...container('{requests: {memory: 1Gi}, limits: {memory: 2Gi}}'),
      ...kubelet('featureGates: {MemoryQoS: true}\nmemoryThrottlingFactor: 0.9'),
    },
    finds: ['soft-band error 8', 'soft-band error 5'],
    says: /\(1\.9G\) lies below limits\.memory: 2Gi: a band of 102M/,
  },
  {
    what: 'and none below that of a Guaranteed one',
    files: {
      ...container('{limits: {memory: 2Gi}}'),
      ...kubelet('featureGates: {MemoryQoS: true}\nmemoryThrottlingFactor: 1.0'),
    },
    finds: [],
  },
  {
    what: 'the default of the factor goes by the version',
    files: kubelet('featureGates: {MemoryQoS: true}'),
    finds: ['soft-band warning 4'],
    says: /default of 0\.9 from 1\.27 to 1\.36 \(0\.8 from 1\.22 to 1\.26, and none from 1\.37 on\)/,
  },
  {
    what: 'from 1.37 on a factor is enough',
    files: kubelet('memoryThrottlingFactor: 0.8'),
    finds: ['soft-band warning 4'],
    says: /from Kubernetes 1\.37 on/,
  },
  {
    what: 'an off gate throttles nothing',
    files: kubelet('featureGates: {MemoryQoS: false}\nmemoryThrottlingFactor: 0.8'),
    finds: [],
  },
  {
    what: 'a kubelet that wants whole containers killed',
    files: kubelet('singleProcessOOMKill: false'),
    finds: ['oom-policy note 4'],
  },
  { what: 'LimitedSwap', files: kubelet('memorySwap: {swapBehavior: LimitedSwap}'), finds: ['swap-allowed note 4'] },
  {
    what: 'without swap it is nothing',
    files: kubelet('memorySwap: {swapBehavior: LimitedSwap}'),
    host: NO_SWAP,
    finds: [],
  },
  {
    what: 'pods are not held below the memory of the node',
    files: kubelet('enforceNodeAllocatable: []'),
    finds: ['no-cap error 4'],
  },
  {
    what: 'a drop-in is read over the settings',
    files: {
      ...kubelet('memoryThrottlingFactor: 0.8'),
      'etc/kubernetes/kubelet.conf.d/10-qos.conf':
        'apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\nmemoryThrottlingFactor: 1.0\n',
    },
    finds: [],
  },
];

const LXC = 'var/lib/lxc/c1/config';
const lxc = (lines: string) => ({ [LXC]: `lxc.uts.name = c1\nlxc.rootfs.path = dir:/x\n${lines}\n` });
const INCUS = 'etc/incus/c1.yaml';
const incus = (lines: string) => ({ [INCUS]: `architecture: x86_64\nconfig:\n${lines}\nname: c1\n` });

/** lxc.container.conf(5); Linux, memparse(); canonical/lxd#13147, #11360, #13192, #11566; lxc/incus#760. */
const LXC_NEIGHBOURS: readonly Neighbour[] = [
  { what: 'a cap without swap', files: lxc('lxc.cgroup2.memory.max = 4G\nlxc.cgroup2.memory.swap.max = 0'), finds: [] },
  {
    what: 'a cap alone',
    files: lxc('lxc.cgroup2.memory.max = 4G'),
    host: SWAP,
    finds: ['swap-allowed warning 3'],
    says: /container c1 is capped by lxc\.cgroup2\.memory\.max = 4G and may swap without limit/,
  },
  {
    what: 'a soft limit with swap',
    files: lxc('lxc.cgroup2.memory.high = 3G\nlxc.cgroup2.memory.max = 4G'),
    host: SWAP,
    finds: ['soft-limit warning 3', 'swap-allowed warning 4'],
  },
  {
    what: 'the last assignment counts',
    files: lxc(
      'lxc.cgroup2.memory.high = 3G\nlxc.cgroup2.memory.max = 4G\nlxc.cgroup2.memory.swap.max = 0\nlxc.cgroup2.memory.high = max',
    ),
    finds: [],
  },
  {
    what: "cgroup v1's limit does nothing",
    files: lxc('lxc.cgroup.memory.limit_in_bytes = 1G'),
    finds: ['no-cap note 3', 'legacy-limit warning 3'],
    says: /is for cgroup v1, and does nothing on a host with cgroup v2/,
  },
  {
    what: 'unless both are there',
    files: lxc('lxc.cgroup.memory.limit_in_bytes = 1G\nlxc.cgroup2.memory.max = 1G\nlxc.cgroup2.memory.swap.max = 0'),
    finds: [],
  },
  {
    what: 'the kernel takes no fractions',
    files: lxc('lxc.cgroup2.memory.max = 1.5G\nlxc.cgroup2.memory.swap.max = 0'),
    finds: ['bad-value error 3'],
  },
  {
    what: 'a group kill',
    files: lxc('lxc.cgroup2.memory.max = 4G\nlxc.cgroup2.memory.swap.max = 0\nlxc.cgroup2.memory.oom.group = 1'),
    finds: ['oom-policy note 5'],
  },
  {
    what: 'Proxmox writes a colon',
    files: { 'etc/pve/lxc/101.conf': 'memory: 2048\nlxc.cgroup2.memory.high: 1G\nlxc.cgroup2.memory.swap.max: 0\n' },
    finds: ['soft-band error 2'],
  },
  {
    what: 'a hard limit, with which older LXD sets memory.high',
    files: incus('  limits.memory: 1GiB\n  limits.memory.swap: "false"'),
    finds: ['soft-band note 3'],
    says: /LXD of February 2023 to March 2024 and Incus before 6\.0\.1 also set memory\.high to 90 % of limits\.memory: 1GiB .* to 922M/,
  },
  {
    what: 'a soft limit is memory.high',
    files: incus('  limits.memory: 1GiB\n  limits.memory.enforce: soft'),
    host: NO_SWAP,
    finds: ['soft-band error 3'],
    says: /has no hard limit above it/,
  },
  {
    what: 'with swap as well',
    files: incus('  limits.memory: 1GiB\n  limits.memory.enforce: soft'),
    host: SWAP,
    finds: ['soft-limit warning 3'],
  },
  {
    what: 'swap goes by the program',
    files: incus('  limits.memory: 1GiB'),
    host: SWAP,
    finds: ['soft-band note 3', 'swap-allowed note 3'],
    says: /as much again with LXD, and nothing with Incus/,
  },
  {
    what: 'sizes have a B',
    files: incus('  limits.memory: 4G\n  limits.memory.swap: "false"'),
    finds: ['soft-band note 3', 'bad-value error 3'],
  },
  {
    what: 'a share of the memory',
    files: incus('  limits.memory: 95%\n  limits.memory.swap: "false"'),
    host: { memory: 2 ** 34 },
    finds: ['soft-band note 3', 'max-near-ram error 3'],
  },
  {
    what: 'a virtual machine has no cgroup limit',
    files: { [INCUS]: 'config:\n  limits.memory: 4GiB\ntype: virtual-machine\n' },
    finds: [],
  },
  {
    what: 'raw.lxc comes after',
    files: incus(
      '  raw.lxc: |\n    lxc.cgroup2.memory.max = 4G\n    lxc.cgroup2.memory.high = 3G\n    lxc.cgroup2.memory.swap.max = 0',
    ),
    finds: ['soft-band error 5'],
  },
  {
    what: 'in quotes as well',
    files: incus('  raw.lxc: "lxc.cgroup2.memory.high=3G\\nlxc.cgroup2.memory.oom.group=1"'),
    host: NO_SWAP,
    finds: ['oom-policy note 3', 'soft-band error 3'],
  },
  {
    what: 'profiles of a preseed',
    files: {
      [INCUS]:
        'config:\n  core.https_address: :8443\nprofiles:\n- name: small\n  config:\n    limits.memory: 1GiB\n    limits.memory.enforce: soft\n',
    },
    host: NO_SWAP,
    finds: ['soft-band error 6'],
    says: /profile small/,
  },
];

/** Files that no program takes, and that must end in a line. */
const BROKEN_NEIGHBOURS: readonly Neighbour[] = [
  {
    what: 'no YAML',
    files: compose('services:\n  a: {image: x\n'),
    finds: ['unreadable-file error 3'],
    says: /as YAML/,
  },
  {
    what: 'a key twice',
    files: compose(one('    mem_limit: 1g\n    mem_limit: 2g')),
    finds: ['unreadable-file error 5'],
  },
  {
    what: 'an alias that is a bomb',
    files: compose(
      `a0: &a0 {k: v}\n${Array.from({ length: 60 }, (_, i) => `a${i + 1}: &a${i + 1} [*a${i}, *a${i}, *a${i}, *a${i}]`).join('\n')}\nservices:\n  a: {image: x, mem_limit: 1g, memswap_limit: 1g, tmpfs: *a60}\n`,
    ),
    finds: [],
  },
  { what: 'an alias without an anchor', files: compose('services:\n  a: *b\n'), finds: ['unreadable-file error 2'] },
  { what: 'an alias of itself', files: compose('services: &s\n  a: *s\n'), finds: ['unreadable-file error 2'] },
  {
    what: 'far too deep',
    files: compose(`services: ${'['.repeat(100_000)}\n`),
    finds: ['unreadable-file error 1'],
    says: /nested deeper/,
  },
  { what: 'a text and no map', files: compose('services\n'), finds: [] },
  { what: 'no service at all', files: compose('services:\n'), finds: [] },
  { what: 'a list for a map', files: compose('services:\n  - a\n'), finds: [] },
];

for (const [title, neighbours] of Object.entries({
  'neighbours of 42: Compose': COMPOSE_NEIGHBOURS,
  'neighbours of 42: Kubernetes': KUBERNETES_NEIGHBOURS,
  'neighbours of 09, 22 and 42: LXC, Incus and LXD': LXC_NEIGHBOURS,
  'files that nothing reads': BROKEN_NEIGHBOURS,
}))
  t.test(title, async (t) => {
    for (const { what, files, host, kind = 'files', finds, says } of neighbours) {
      const { findings } = lintTree(composeTree(files, kind), host);
      t.same(findings.map(({ rule, severity, line }) => `${rule} ${severity} ${line}`).sort(), [...finds].sort(), what);
      if (says) t.match(findings.map(({ message }) => message).join('\n'), says, what);
    }
  });
