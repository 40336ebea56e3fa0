import { parseBytes } from '../core/bytes.js';
import { t3ServeUnit, type UnitLimits } from '../systemd/t3-serve.js';
import { type Bundle, UNIT_DIR } from './bundle.js';

/** Port of the drilled instance. */
const PORT = 3773;

function devvm(name: string, description: string, limits: UnitLimits): Bundle {
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
    },
    files: [
      { path: `${UNIT_DIR}/t3-serve@.service`, text: t3ServeUnit(limits) },
      { path: 'etc/t3-serve/alice.env', text: `T3_PORT=${PORT}\n` },
    ],
  };
}

const COMMON = { memoryMax: parseBytes('16G'), memorySwapMax: 0, oomPolicy: 'continue' } as const;

/** The devvm's bundles, generated from their limits; `npm run fixtures` writes them to fixtures/bundles/. */
export const DEVVM_BUNDLES: readonly Bundle[] = [
  devvm('devvm-2026-07-02', 'The devvm on the day of the incident: a soft band between 12G and 16G, swap forbidden.', {
    ...COMMON,
    memoryHigh: parseBytes('12G'),
  }),
  devvm('devvm', 'The devvm as it was repaired: no soft limit; a runaway dies at 16G, and the server lives on.', {
    ...COMMON,
    memoryHigh: Number.POSITIVE_INFINITY,
  }),
];

/** Every file of a bundle, bundle.json included, by its path below the bundle's folder. */
export function bundleTree({ manifest, files }: Bundle): readonly { path: string; text: string }[] {
  return [{ path: 'bundle.json', text: `${JSON.stringify(manifest, null, 2)}\n` }, ...files];
}
