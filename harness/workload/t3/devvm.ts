import { type Bundle, type BundleFile, UNIT_DIR, USER_UNIT_DIR } from '../../bundle/bundle.js';
import type { Manifest, SwapKind } from '../../bundle/manifest.js';
import { parseBytes } from '../../core/bytes.js';
import { withoutUndefined } from '../../core/defined.js';
import { renderT3ServeUnit, type UnitLimits } from './unit.js';

/** Ports of the drilled instance, and of another user's instance next to it. */
const PORT = 3773;
const NEIGHBOUR_PORT = 3774;

/** Path of the drilled instance and of its neighbour. */
const PATH = '/api/auth/session';

function devvm(
  name: string,
  description: string,
  limits: UnitLimits,
  more: {
    readonly memory?: string;
    readonly swap?: string;
    readonly swapKind?: SwapKind;
    readonly weight?: Manifest['serving']['weight'];
    readonly sidecars?: Manifest['sidecars'];
    readonly files?: readonly BundleFile[];
  } = {},
): Bundle {
  return {
    name,
    manifest: withoutUndefined({
      description,
      host: withoutUndefined({
        memory: more.memory ?? '24G',
        swap: more.swap ?? '0',
        swapKind: more.swapKind,
        cpus: 32,
        diskBandwidth: '60M',
      }),
      serving: withoutUndefined({
        unit: 't3-serve@alice.service',
        port: PORT,
        path: PATH,
        sessionPath: '/ws?ticket=oomdrill',
        weight: more.weight,
      }),
      sidecars: more.sidecars,
    }),
    files: [
      { path: `${UNIT_DIR}/t3-serve@.service`, text: renderT3ServeUnit(limits) },
      { path: 'etc/t3-serve/alice.env', text: `T3_PORT=${PORT}\n` },
      ...(more.files ?? []),
    ],
  };
}

/** A server that has in the guest, at scale 1/8, the size of the real one on the real host. */
const LARGE = { resident: '1120M', text: '592M' } as const;

const HARD_CAP = { memoryMax: parseBytes('16G'), memorySwapMax: 0, memoryHigh: Number.POSITIVE_INFINITY } as const;
const COMMON = { ...HARD_CAP, oomPolicy: 'continue' } as const;
const INCIDENT = { ...COMMON, memoryHigh: parseBytes('12G') } as const;

/** The cap of everything that a user runs outside the web sessions, over ssh and in tmux. */
const userSlices = (max: string): readonly BundleFile[] => [
  {
    path: `${UNIT_DIR}/user-.slice.d/50-memory.conf`,
    text: `[Slice]
MemoryHigh=infinity
MemoryMax=${max}
MemorySwapMax=0
`,
  },
];
const USER_SLICES = userSlices('16G');

/** The cap of all containers together: the daemon puts them into this slice unless a container names another. */
const DOCKER: readonly BundleFile[] = [
  {
    path: `${UNIT_DIR}/docker.slice`,
    text: `[Unit]
Description=All containers

[Slice]
MemoryHigh=infinity
MemoryMax=8G
MemorySwapMax=0
`,
  },
  { path: 'etc/docker/daemon.json', text: `${JSON.stringify({ 'cgroup-parent': 'docker.slice' }, null, 2)}\n` },
];

/** The cap of each tmux pane. Its scope belongs to the user's own manager, so it is set for all users there. */
const panes = (oomPolicy: string): readonly BundleFile[] => [
  {
    path: `${USER_UNIT_DIR}/tmux-spawn-.scope.d/50-memory.conf`,
    text: `[Scope]\nMemoryMax=6G\nMemorySwapMax=0\n${oomPolicy}`,
  },
];
const PANE_FILES = panes(
  '# The kill of one task must not stop the whole pane (systemd.scope(5)).\nOOMPolicy=continue\n',
);

/** The devvm's earlyoom, the backstop of the whole host: it does not look at cgroups. */
const earlyoom = (prefer = ''): BundleFile => ({
  path: 'etc/default/earlyoom',
  text: `EARLYOOM_ARGS="-r 3600 -m 5,3 -s 100,100 --avoid '^(sshd|systemd|dockerd|containerd|t3-dispatch|tmux)'${prefer}"\n`,
});
const EARLYOOM = { unit: 'earlyoom.service' } as const;

/** Another user's web sessions. */
const NEIGHBOUR = { unit: 't3-serve@bob.service', port: NEIGHBOUR_PORT, path: PATH } as const;
const NEIGHBOUR_ENV: BundleFile = { path: 'etc/t3-serve/bob.env', text: `T3_PORT=${NEIGHBOUR_PORT}\n` };

/**
 * systemd-oomd's limit on a slice; it acts when the slice exceeds it for 20 s, the default of Debian (oomd.conf(5)).
 */
const oomd = (slice: string, limits = ''): readonly BundleFile[] => [
  {
    path: `${UNIT_DIR}/${slice}.d/oomd.conf`,
    text: `[Slice]\n${limits}ManagedOOMMemoryPressure=kill\nManagedOOMMemoryPressureLimit=20%\n`,
  },
];

/** The devvm on the days of its incidents, and after the repair. */
const DEVVM: readonly Bundle[] = [
  devvm(
    'devvm-2026-06-10',
    'The devvm in June: a hard cap, and the default of systemd for a unit after an OOM kill.',
    HARD_CAP,
  ),
  devvm(
    'devvm-2026-06-10-uncapped',
    'The devvm before it had any cap: an agent may take all memory, and all swap on the slow disk.',
    {
      memoryHigh: Number.POSITIVE_INFINITY,
      memoryMax: Number.POSITIVE_INFINITY,
      memorySwapMax: Number.POSITIVE_INFINITY,
    },
    { swap: '14G' },
  ),
  devvm(
    'devvm-2026-06-22',
    'The devvm on 2026-06-22: the web sessions are capped; programs that users run over ssh and in tmux are not, and may swap.',
    COMMON,
    { swap: '14G' },
  ),
  devvm(
    'devvm-2026-06-22-oomd',
    "The users' slices throttled above 12G without swap, with systemd-oomd as the killer that should end it.",
    COMMON,
    {
      sidecars: [{ unit: 'systemd-oomd.service' }],
      files: [
        ...oomd('user-.slice', 'MemoryHigh=12G\nMemoryMax=16G\nMemorySwapMax=0\n'),
        // oomd takes a slice to be in reclaim for 30 s after its last scan (systemd, src/oom/oomd-util.c). A login
        // leaves a few pages that are scanned once; the host had none on that day, so the default of 20 s was long
        // enough.
        { path: 'etc/systemd/oomd.conf.d/patient.conf', text: '[OOM]\nDefaultMemoryPressureDurationSec=40s\n' },
      ],
    },
  ),
  devvm(
    'devvm-2026-07-02-oomd',
    "The incident's soft band, with systemd-oomd as the killer that should end it.",
    INCIDENT,
    { sidecars: [{ unit: 'systemd-oomd.service' }], files: oomd('system-t3\\x2dserve.slice') },
  ),
  devvm(
    'devvm-2026-07-02',
    'The devvm on the day of the incident: a soft band between 12G and 16G, swap forbidden.',
    INCIDENT,
  ),
  devvm(
    'devvm-2026-07-02-earlyoom',
    "The incident's soft band, with earlyoom as the killer that should end it.",
    INCIDENT,
    {
      sidecars: [EARLYOOM],
      files: [earlyoom()],
    },
  ),
  devvm('devvm', 'The repaired devvm: no soft limit; a runaway dies at its cap, and the server lives on.', COMMON, {
    sidecars: [
      { ...NEIGHBOUR, optional: true },
      { ...EARLYOOM, optional: true },
    ],
    files: [NEIGHBOUR_ENV, ...USER_SLICES, ...DOCKER, ...PANE_FILES, earlyoom()],
  }),
  devvm(
    'devvm-2026-08-16-panes',
    'The devvm when panes first got a cap, with the default of systemd for a pane in which a task is killed.',
    COMMON,
    { files: [...USER_SLICES, ...panes('')] },
  ),
  devvm(
    'devvm-2026-08-16-earlyoom',
    "The larger devvm with caps that add up to more than its memory, and an earlyoom that prefers the agents' names.",
    { ...COMMON, memoryMax: parseBytes('24G') },
    {
      memory: '32G',
      sidecars: [EARLYOOM],
      files: [...userSlices('24G'), ...DOCKER, earlyoom(" --prefer '^(claude|node)$'")],
    },
  ),
  devvm(
    'devvm-large-server',
    'The repaired devvm with a server that has in the guest, at scale 1/8, the size of the real one on the real host: 140M resident, 74M of program text.',
    COMMON,
    { weight: LARGE },
  ),
];

const UNCAPPED = {
  ...COMMON,
  memoryMax: Number.POSITIVE_INFINITY,
  memorySwapMax: Number.POSITIVE_INFINITY,
} as const;

/** The remedy against a kernel that may kill twice (docs/guests.md): jobs that come to a cap of their own first. */
const JOBS: Bundle = devvm(
  'devvm-jobs',
  'The repaired devvm with a slice for jobs, which come to a cap of their own before that which they share with the server.',
  {
    ...UNCAPPED,
    further: `# The slice has the cap, for the server and its jobs together. The jobs' own slice below it has a lower one: the OOM
# killer of that one chooses among the jobs only (cgroup-v2.rst, memory.max).
Slice=t3-%i.slice
`,
  },
  {
    sidecars: [{ ...EARLYOOM, optional: true }],
    files: [
      { path: `${UNIT_DIR}/t3-alice.slice`, text: '[Slice]\nMemoryMax=16G\nMemorySwapMax=0\n' },
      { path: `${UNIT_DIR}/t3-alice-jobs.slice`, text: '[Slice]\nMemoryMax=12G\nMemorySwapMax=0\n' },
      ...USER_SLICES,
      ...PANE_FILES,
      earlyoom(),
    ],
  },
);

/** Remedies against the brim (docs/the-brim.md): the large server's bundle, with one change in each. */
const BRIM_REMEDIES: readonly Bundle[] = [
  devvm(
    'devvm-large-server-split',
    'The large server and its tools, each in a cgroup of its own below one cap, with the server protected from reclaim.',
    {
      ...UNCAPPED,
      further: `# The slice has the cap, for the server and its tools together; below it, the tools cannot cause reclaim of the server's memory.
Slice=t3-%i.slice
MemoryMin=1800M
`,
    },
    {
      weight: LARGE,
      files: [
        {
          path: `${UNIT_DIR}/t3-.slice.d/50-memory.conf`,
          text: '[Slice]\nMemoryMax=16G\nMemorySwapMax=0\n',
        },
      ],
    },
  ),
  devvm(
    'devvm-large-server-locked',
    'The large server with its program text locked into memory by a sidecar.',
    COMMON,
    {
      weight: LARGE,
      sidecars: [{ unit: 'text-lock.service' }],
      files: [
        {
          path: `${UNIT_DIR}/text-lock.service`,
          text: `[Unit]
Description=Locks the server's program text into memory

[Service]
LimitMEMLOCK=infinity
# The server must read it first, so that it is charged to the server.
ExecStartPre=/bin/sh -c 'until [ -e /home/alice/.t3/program-text ]; do sleep 1; done; sleep 5'
ExecStart=/usr/bin/vmtouch -l /usr/bin/node /usr/lib/x86_64-linux-gnu/ -i *.a -i libicudata* /home/alice/.t3/program-text
`,
        },
      ],
    },
  ),
  devvm(
    'devvm-large-server-swap',
    'The large server, with a little swap for its unit.',
    { ...COMMON, memorySwapMax: parseBytes('1G') },
    { weight: LARGE, swap: '2G' },
  ),
  devvm(
    'devvm-large-server-min-ttl',
    "The large server, with a kernel that keeps the working set of the last second (MGLRU's min_ttl_ms).",
    COMMON,
    {
      weight: LARGE,
      sidecars: [{ unit: 'min-ttl.service' }],
      files: [
        {
          path: `${UNIT_DIR}/min-ttl.service`,
          text: `[Unit]
Description=Thrashing prevention of the multi-generational LRU (Documentation/admin-guide/mm/multigen_lru.rst)

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/bin/sh -c 'echo 1000 >/sys/kernel/mm/lru_gen/min_ttl_ms'
`,
        },
      ],
    },
  ),
];

/** As much as systemd-zram-generator makes on a host of 8G and more (zram-generator.conf(5), zram-size). */
const SOME_SWAP = '4G';
const SWAPPING = { ...INCIDENT, memorySwapMax: Number.POSITIVE_INFINITY } as const;

/** The incident's limits on hosts that swap (docs/swap.md). */
const SWAPS: readonly Bundle[] = [
  devvm('devvm-swap-file', "The incident's soft band, with 4G of swap in a file on the slow disk.", SWAPPING, {
    swap: SOME_SWAP,
  }),
  devvm('devvm-zram', "The incident's soft band, with 4G of swap in compressed memory (zram).", SWAPPING, {
    swap: SOME_SWAP,
    swapKind: 'zram',
  }),
  devvm(
    'devvm-zswap',
    "The incident's soft band, with 4G of swap in a file on the slow disk, and compressed memory before it (zswap).",
    SWAPPING,
    { swap: SOME_SWAP, swapKind: 'zswap' },
  ),
  devvm(
    'devvm-zram-oomd',
    "The incident's soft band with 4G of zram, and systemd-oomd, which is to kill when swap runs out.",
    SWAPPING,
    {
      swap: SOME_SWAP,
      swapKind: 'zram',
      sidecars: [{ unit: 'systemd-oomd.service' }, { unit: 'oomd-seen.service' }],
      files: [
        { path: `${UNIT_DIR}/system-t3\\x2dserve.slice.d/oomd.conf`, text: '[Slice]\nManagedOOMSwap=kill\n' },
        {
          path: `${UNIT_DIR}/oomd-seen.service`,
          text: `[Unit]
Description=Writes to the journal what systemd-oomd says of swap, and what the kernel counts

[Service]
ExecStart=/bin/sh -c 'while sleep 5; do oomctl | grep -E "Swap: |Swap Usage: "; cd /sys/fs/cgroup/system.slice/system-t3*serve.slice && echo "memory.swap.current: $(cat memory.swap.current)"; done'
`,
        },
      ],
    },
  ),
];

/** The devvm's bundles, generated from their limits; `npm run generate` writes them to fixtures/bundles/. */
export const DEVVM_BUNDLES: readonly Bundle[] = [...DEVVM, JOBS, ...BRIM_REMEDIES, ...SWAPS];
