import { type ExamplesOf, files } from '../../testing/rule-examples.js';
import type * as rules from './containers.js';

const COMPOSE = 'etc/docker/compose/app/compose.yaml';
const compose = (lines: string) => files({ [COMPOSE]: `services:\n${lines}\n` });
const web = (lines: string) => compose(`  web:\n    image: example/web\n${lines}`);

const POD = 'etc/kubernetes/manifests/pod.yaml';
const pod = (spec: string) => files({ [POD]: `apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n${spec}\n` });

const LIMITED = 'resources: {limits: {memory: 512Mi}}';

export const examples: ExamplesOf<typeof rules> = {
  containerUncapped: {
    bad: [
      {
        tree: compose('  web: {image: a, mem_limit: 1g}\n  job:\n    image: b\n    mem_reservation: 1g'),
        at: `${COMPOSE}:3`,
        says: /service job has no memory limit, only mem_reservation: 1g, which is memory.low and not a cap/,
      },
      {
        tree: pod(`  containers:\n  - {name: a, image: x, ${LIMITED}}\n  - {name: b, image: y}`),
        at: `${POD}:7`,
        says: /container b of Pod a has no memory limit.*the pod of Pod a has no memory\.max then either/,
      },
    ],
    good: [
      { tree: compose('  web: {image: a, mem_limit: 1g}\n  job: {image: b, mem_limit: 1g}') },
      // Of a part, another file may say the rest.
      { tree: compose('  web: {image: a, mem_limit: 1g}\n  job: {environment: {A: b}}') },
      {
        tree: files({
          [COMPOSE]: 'services:\n  web: {image: a, mem_limit: 1g}\n  job: {image: b, cgroup_parent: jobs.slice}\n',
          'etc/systemd/system/jobs.slice': '[Slice]\nMemoryMax=2G\n',
        }),
      },
      { tree: pod(`  containers:\n  - {name: a, image: x, ${LIMITED}}`) },
    ],
  },
  containerRefused: {
    bad: [
      { tree: web('    mem_limit: 2g\n    memswap_limit: 1g'), at: `${COMPOSE}:5`, says: /memory and swap together/ },
      { tree: web('    memswap_limit: 1g'), says: /no mem_limit next to it/ },
      { tree: web('    mem_limit: 4m'), says: /below 6m/ },
      { tree: web('    mem_limit: 1g\n    mem_reservation: 2g'), says: /lies above mem_limit: 1g/ },
      { tree: web('    oom_score_adj: -1001'), says: /-1000 to 1000/ },
      {
        tree: web('    mem_limit: 1g\n    deploy: {resources: {limits: {memory: 2g}}}'),
        at: `${COMPOSE}:4`,
        says: /distinct/,
      },
      { tree: web('    mem_limit: 1g\n    deploy: {resources: {limits: {cpus: "1"}}}'), says: /without memory/ },
      {
        tree: pod('  containers:\n  - name: a\n    resources: {requests: {memory: 1Gi}, limits: {memory: 512Mi}}'),
        at: `${POD}:7`,
      },
    ],
    good: [
      { tree: web('    mem_limit: 2g\n    memswap_limit: 2g\n    oom_score_adj: 500') },
      { tree: web('    mem_limit: 1g\n    deploy: {resources: {limits: {memory: 1024m}}}') },
      { tree: web('    mem_limit: $LIMIT\n    memswap_limit: 1g') },
      { tree: pod('  containers:\n  - name: a\n    resources: {requests: {memory: 512Mi}, limits: {memory: 0.5Gi}}') },
    ],
  },
  containerIgnored: {
    bad: [
      { tree: web('    mem_limit: 1g\n    oom_kill_disable: true'), at: `${COMPOSE}:5` },
      { tree: web('    mem_swappiness: 0'), at: `${COMPOSE}:4` },
    ],
    good: [{ tree: web('    oom_kill_disable: false') }],
  },
  memoryVolume: {
    bad: [
      { tree: web('    mem_limit: 1g\n    tmpfs: /tmp'), at: `${COMPOSE}:5`, says: /all of mem_limit: 1g/ },
      { tree: web('    tmpfs:\n      - /run:mode=1777'), at: `${COMPOSE}:5`, says: /half of the memory/ },
      { tree: web('    mem_limit: 1g\n    shm_size: 2g'), says: /not below mem_limit: 1g/ },
      { tree: web('    volumes:\n      - {type: tmpfs, target: /x}'), says: /tmpfs \/x/ },
      {
        tree: pod(`  containers:\n  - {name: a, ${LIMITED}}\n  volumes:\n  - name: v\n    emptyDir: {medium: Memory}`),
        at: `${POD}:9`,
      },
      {
        tree: pod(
          `  containers:\n  - {name: a, ${LIMITED}}\n  volumes:\n  - {name: v, emptyDir: {medium: Memory, sizeLimit: 1Gi}}`,
        ),
        says: /sizeLimit: 1Gi is not below/,
      },
    ],
    good: [
      { tree: web('    mem_limit: 1g\n    tmpfs: ["/tmp:size=64m,mode=1777"]\n    shm_size: 128m') },
      { tree: web('    volumes:\n      - {type: tmpfs, target: /x, tmpfs: {size: 1000000}}\n      - data:/data') },
      { tree: pod('  containers: [{name: a}]\n  volumes: [{name: v, emptyDir: {}}]') },
      { tree: pod('  containers: [{name: a}]\n  volumes: [{name: v, emptyDir: {medium: Memory, sizeLimit: 64Mi}}]') },
    ],
  },
  staysDown: {
    bad: [{ tree: web('    mem_limit: 1g\n    ports: ["80:80"]'), at: `${COMPOSE}:2` }],
    good: [
      { tree: web('    mem_limit: 1g\n    ports: ["80:80"]\n    restart: unless-stopped') },
      { tree: web('    mem_limit: 1g\n    ports: ["80:80"]\n    deploy: {restart_policy: {condition: any}}') },
      { tree: web('    ports: ["80:80"]') },
    ],
  },
};
