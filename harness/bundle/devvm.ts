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
  more: { readonly beside?: Manifest['beside']; readonly files?: readonly BundleFile[] } = {},
): Bundle {
  return {
    name,
    manifest: {
      description,
      host: { memory: '24G', swap: '0', cpus: 32, diskBandwidth: '60M' },
      serving: {
        unit: 't3-serve@alice.service',
        port: PORT,
        path: '/api/auth/session',
        sessionPath: '/ws?ticket=oomdrill',
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

/** earlyoom as the devvm has it: it reads the whole box's memory, and knows no cgroup. */
const EARLYOOM: BundleFile = {
  path: 'etc/default/earlyoom',
  text: `EARLYOOM_ARGS="-r 3600 -m 5,3 -s 100,100 --avoid '^(sshd|systemd|dockerd|containerd|t3-dispatch|tmux)'"\n`,
};

/** systemd-oomd's limit on the slice of all servers, with its shortest duration. */
const OOMD: readonly BundleFile[] = [
  {
    path: `${UNIT_DIR}/system-t3\\x2dserve.slice.d/oomd.conf`,
    text: '[Slice]\nManagedOOMMemoryPressure=kill\nManagedOOMMemoryPressureLimit=20%\n',
  },
  { path: 'etc/systemd/oomd.conf.d/soon.conf', text: '[OOM]\nDefaultMemoryPressureDurationSec=5s\n' },
];

/** The devvm's bundles, generated from their limits; `npm run fixtures` writes them to fixtures/bundles/. */
export const DEVVM_BUNDLES: readonly Bundle[] = [
  devvm(
    'devvm-2026-06-10',
    'The devvm in June: a hard cap, and what one OOM kill does to the unit left to systemd.',
    HARD_CAP,
  ),
  devvm(
    'devvm-2026-06-22-oomd',
    "The incident's soft band, with systemd-oomd as the killer that is to end it.",
    INCIDENT,
    { beside: [{ unit: 'systemd-oomd.service' }], files: OOMD },
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
    'The devvm as it was repaired: no soft limit; a runaway dies at 16G, and the server lives on.',
    COMMON,
  ),
];

/** Every file of a bundle, bundle.json included, by its path below the bundle's folder. */
export function bundleTree({ manifest, files }: Bundle): readonly { path: string; text: string }[] {
  return [{ path: 'bundle.json', text: `${JSON.stringify(manifest, null, 2)}\n` }, ...files];
}
