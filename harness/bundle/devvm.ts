import { parseBytes } from '../core/bytes.js';
import { t3ServeUnit, type UnitLimits } from '../systemd/t3-serve.js';
import { type Bundle, type BundleFile, UNIT_DIR } from './bundle.js';
import type { Manifest } from './manifest.js';

/** Port of the drilled instance. */
const PORT = 3773;

function devvm(
  name: string,
  description: string,
  limits: UnitLimits,
  more: {
    readonly swap?: string;
    readonly weight?: Manifest['serving']['weight'];
    readonly beside?: Manifest['beside'];
    readonly files?: readonly BundleFile[];
  } = {},
): Bundle {
  return {
    name,
    manifest: {
      description,
      host: { memory: '24G', swap: more.swap ?? '0', cpus: 32, diskBandwidth: '60M' },
      serving: {
        unit: 't3-serve@alice.service',
        port: PORT,
        path: '/api/auth/session',
        sessionPath: '/ws?ticket=oomdrill',
        ...(more.weight && { weight: more.weight }),
      },
      ...(more.beside && { beside: more.beside }),
    },
    files: [
      { path: `${UNIT_DIR}/t3-serve@.service`, text: t3ServeUnit(limits) },
      { path: 'etc/t3-serve/alice.env', text: `T3_PORT=${PORT}\n` },
      ...(more.files ?? []),
    ],
  };
}

const HARD_CAP = { memoryMax: parseBytes('16G'), memorySwapMax: 0, memoryHigh: Number.POSITIVE_INFINITY } as const;
const COMMON = { ...HARD_CAP, oomPolicy: 'continue' } as const;
const INCIDENT = { ...COMMON, memoryHigh: parseBytes('12G') } as const;

/** The cap of everything that a user runs outside the web sessions, by ssh and tmux. */
const USER_SLICES: readonly BundleFile[] = [
  {
    path: `${UNIT_DIR}/user-.slice.d/50-memory.conf`,
    text: `[Slice]
MemoryHigh=infinity
MemoryMax=16G
MemorySwapMax=0
`,
  },
];

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

/** earlyoom as the devvm has it: it reads the whole box's memory, and knows no cgroup. */
const EARLYOOM: BundleFile = {
  path: 'etc/default/earlyoom',
  text: `EARLYOOM_ARGS="-r 3600 -m 5,3 -s 100,100 --avoid '^(sshd|systemd|dockerd|containerd|t3-dispatch|tmux)'"\n`,
};

/** systemd-oomd's limit on a slice; it acts when the slice is over it for 20 s, as Debian has it (oomd.conf(5)). */
const oomd = (slice: string, limits = ''): readonly BundleFile[] => [
  {
    path: `${UNIT_DIR}/${slice}.d/oomd.conf`,
    text: `[Slice]\n${limits}ManagedOOMMemoryPressure=kill\nManagedOOMMemoryPressureLimit=20%\n`,
  },
];

/** The devvm's bundles, generated from their limits; `npm run generate` writes them to fixtures/bundles/. */
export const DEVVM_BUNDLES: readonly Bundle[] = [
  devvm(
    'devvm-2026-06-10',
    'The devvm in June: a hard cap, and what one OOM kill does to the unit left to systemd.',
    HARD_CAP,
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
      beside: [{ unit: 'systemd-oomd.service' }],
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
    { beside: [{ unit: 'systemd-oomd.service' }], files: oomd('system-t3\\x2dserve.slice') },
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
      beside: [{ unit: 'earlyoom.service' }],
      files: [EARLYOOM],
    },
  ),
  devvm(
    'devvm',
    'The devvm as it was repaired: no soft limit; a runaway dies at its cap, and the server lives on.',
    COMMON,
    { files: [...USER_SLICES, ...DOCKER] },
  ),
  devvm(
    'devvm-large-server',
    'The repaired devvm with a server as heavy in the guest, at scale 1/8, as the real one on the real host: 140M resident, 74M of program text.',
    COMMON,
    { weight: { resident: '1120M', text: '592M' } },
  ),
];

/** Every file of a bundle, bundle.json included, by its path below the bundle's folder. */
export function bundleTree({ manifest, files }: Bundle): readonly { path: string; text: string }[] {
  return [{ path: 'bundle.json', text: `${JSON.stringify(manifest, null, 2)}\n` }, ...files];
}
