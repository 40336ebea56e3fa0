import { type Bundle, type BundleFile, UNIT_DIR, USER_UNIT_DIR } from '../../bundle/bundle.js';
import type { Manifest } from '../../bundle/manifest.js';
import { parseBytes } from '../../core/bytes.js';
import { withoutUndefined } from '../../core/defined.js';
import { t3ServeUnit, type UnitLimits } from './unit.js';

/** Port of the drilled instance, and that of another user's beside it. */
const PORT = 3773;
const NEIGHBOUR_PORT = 3774;

/** The drilled instance's own path, which its neighbour is asked for too. */
const PATH = '/api/auth/session';

function devvm(
  name: string,
  description: string,
  limits: UnitLimits,
  more: {
    readonly memory?: string;
    readonly swap?: string;
    readonly weight?: Manifest['serving']['weight'];
    readonly sidecars?: Manifest['sidecars'];
    readonly files?: readonly BundleFile[];
  } = {},
): Bundle {
  return {
    name,
    manifest: withoutUndefined({
      description,
      host: { memory: more.memory ?? '24G', swap: more.swap ?? '0', cpus: 32, diskBandwidth: '60M' },
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
      { path: `${UNIT_DIR}/t3-serve@.service`, text: t3ServeUnit(limits) },
      { path: 'etc/t3-serve/alice.env', text: `T3_PORT=${PORT}\n` },
      ...(more.files ?? []),
    ],
  };
}

/** A server that weighs in the guest, at scale 1/8, what the real one weighs on the real host. */
const LARGE = { resident: '1120M', text: '592M' } as const;

const HARD_CAP = { memoryMax: parseBytes('16G'), memorySwapMax: 0, memoryHigh: Number.POSITIVE_INFINITY } as const;
const COMMON = { ...HARD_CAP, oomPolicy: 'continue' } as const;
const INCIDENT = { ...COMMON, memoryHigh: parseBytes('12G') } as const;

/** The cap of everything that a user runs outside the web sessions, by ssh and tmux. */
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

/** The cap of each tmux pane. Its scope is one of the user's own manager, so it is set for all users there. */
const panes = (oomPolicy: string): readonly BundleFile[] => [
  {
    path: `${USER_UNIT_DIR}/tmux-spawn-.scope.d/50-memory.conf`,
    text: `[Scope]\nMemoryMax=6G\nMemorySwapMax=0\n${oomPolicy}`,
  },
];
const PANE_FILES = panes(
  '# A task that is killed must not take its pane along (systemd.scope(5)).\nOOMPolicy=continue\n',
);

/** earlyoom as the devvm has it, the backstop of the whole box: it knows no cgroup. */
const earlyoom = (prefer = ''): BundleFile => ({
  path: 'etc/default/earlyoom',
  text: `EARLYOOM_ARGS="-r 3600 -m 5,3 -s 100,100 --avoid '^(sshd|systemd|dockerd|containerd|t3-dispatch|tmux)'${prefer}"\n`,
});
const EARLYOOM = { unit: 'earlyoom.service' } as const;

/** Another user's web sessions. */
const NEIGHBOUR = { unit: 't3-serve@bob.service', port: NEIGHBOUR_PORT, path: PATH } as const;
const NEIGHBOUR_ENV: BundleFile = { path: 'etc/t3-serve/bob.env', text: `T3_PORT=${NEIGHBOUR_PORT}\n` };

/** systemd-oomd's limit on a slice; it acts when the slice is over it for 20 s, as Debian has it (oomd.conf(5)). */
const oomd = (slice: string, limits = ''): readonly BundleFile[] => [
  {
    path: `${UNIT_DIR}/${slice}.d/oomd.conf`,
    text: `[Slice]\n${limits}ManagedOOMMemoryPressure=kill\nManagedOOMMemoryPressureLimit=20%\n`,
  },
];

/** What the devvm had on the days of its incidents, and what it has. */
const DEVVM: readonly Bundle[] = [
  devvm(
    'devvm-2026-06-10',
    'The devvm in June: a hard cap, and what one OOM kill does to the unit left to systemd.',
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
    'The devvm on 2026-06-22: the web sessions are capped, what users run by ssh and tmux is not, and may swap.',
    COMMON,
    { swap: '14G' },
  ),
  devvm(
    'devvm-2026-06-22-oomd',
    "The users' slices throttled above 12G without swap, with systemd-oomd as the killer that is to end it.",
    COMMON,
    {
      sidecars: [{ unit: 'systemd-oomd.service' }],
      files: [
        ...oomd('user-.slice', 'MemoryHigh=12G\nMemoryMax=16G\nMemorySwapMax=0\n'),
        // oomd counts a slice as being reclaimed for 30 s after its last scan (systemd, src/oom/oomd-util.c). A login leaves a few
        // pages that are scanned once; the box of that day had none, so its default of 20 s was long enough.
        { path: 'etc/systemd/oomd.conf.d/patient.conf', text: '[OOM]\nDefaultMemoryPressureDurationSec=40s\n' },
      ],
    },
  ),
  devvm(
    'devvm-2026-07-02-oomd',
    "The incident's soft band, with systemd-oomd as the killer that is to end it.",
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
    "The incident's soft band, with earlyoom as the killer that is to end it.",
    INCIDENT,
    {
      sidecars: [EARLYOOM],
      files: [earlyoom()],
    },
  ),
  devvm(
    'devvm',
    'The devvm as it was repaired: no soft limit; a runaway dies at its cap, and the server lives on.',
    COMMON,
    {
      sidecars: [
        { ...NEIGHBOUR, optional: true },
        { ...EARLYOOM, optional: true },
      ],
      files: [NEIGHBOUR_ENV, ...USER_SLICES, ...DOCKER, ...PANE_FILES, earlyoom()],
    },
  ),
  devvm(
    'devvm-2026-08-16-panes',
    'The devvm when panes first got a cap, and what systemd does to a pane in which a task is killed was left to systemd.',
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
    'The repaired devvm with a server as heavy in the guest, at scale 1/8, as the real one on the real host: 140M resident, 74M of program text.',
    COMMON,
    { weight: LARGE },
  ),
];

/** What is tried against the brim (docs/the-brim.md): the large server's bundle with one thing changed in each. */
const BRIM_REMEDIES: readonly Bundle[] = [
  devvm(
    'devvm-large-server-split',
    'The large server and what it spawns in cgroups of their own below one cap, and the server protected from reclaim there.',
    {
      ...COMMON,
      memoryMax: Number.POSITIVE_INFINITY,
      memorySwapMax: Number.POSITIVE_INFINITY,
      further: `# The cap is that of the slice, for the server and its tools together; below it the server's memory is not reclaimed for theirs.
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
    'The large server with its program text locked into memory by a unit beside it.',
    COMMON,
    {
      weight: LARGE,
      sidecars: [{ unit: 'text-lock.service' }],
      files: [
        {
          path: `${UNIT_DIR}/text-lock.service`,
          text: `[Unit]
Description=Holds the server's program text in memory

[Service]
LimitMEMLOCK=infinity
# The server has read it by then, so that it stays charged to the server.
ExecStartPre=/bin/sh -c 'until [ -e /home/alice/.t3/program-text ]; do sleep 1; done; sleep 5'
ExecStart=/usr/bin/vmtouch -l /usr/bin/node /usr/lib/x86_64-linux-gnu/ -i *.a -i libicudata* /home/alice/.t3/program-text
`,
        },
      ],
    },
  ),
  devvm(
    'devvm-large-server-swap',
    'The large server, and a little swap for its unit.',
    { ...COMMON, memorySwapMax: parseBytes('1G') },
    { weight: LARGE, swap: '2G' },
  ),
  devvm(
    'devvm-large-server-min-ttl',
    "The large server, and the kernel told to keep the working set of the last second (MGLRU's min_ttl_ms).",
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

/** The devvm's bundles, generated from their limits; `npm run generate` writes them to fixtures/bundles/. */
export const DEVVM_BUNDLES: readonly Bundle[] = [...DEVVM, ...BRIM_REMEDIES];
