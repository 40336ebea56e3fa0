import type { Manifest, SwapKind } from '../../bundle/manifest.js';
import { parseSwaps, type SwapArea } from '../../cgroup/swaps.js';
import { type Bytes, formatBytes, parseBytes } from '../../core/bytes.js';
import { machineError } from '../../core/errors.js';
import type { GuestShell } from '../../machine/machine.js';
import { run } from '../../machine/run.js';
import type { EntryOf } from '../../record/schema.js';

/** The swap of a host, as its bundle says it. */
type HostSwap = Pick<Manifest['host'], 'swap' | 'swapKind'>;

type Check = EntryOf<'effect'>['checks'][number];

const SWAP_FILE = '/swapfile';
const ZRAM = '/dev/zram0';
const ZSWAP_SWITCH = '/sys/module/zswap/parameters/enabled';

/** Commands that make swap of "$1" bytes, and switch it on. */
const MAKE_FILE = `fallocate --length "$1" ${SWAP_FILE} && chmod 600 ${SWAP_FILE} && mkswap --quiet ${SWAP_FILE} && swapon ${SWAP_FILE}`;

/** How each kind of swap is made, and where it shows afterwards. */
const KINDS: Readonly<Record<SwapKind, { readonly make: string; readonly path: string; readonly inWords: string }>> = {
  file: { make: MAKE_FILE, path: SWAP_FILE, inWords: 'swap in a file' },
  // What zramctl(8), zram-tools and systemd-zram-generator write as well. The compressor is the kernel's default, as theirs is.
  zram: {
    make: `modprobe zram && echo "$1" >/sys/block/zram0/disksize && mkswap --quiet ${ZRAM} && swapon --discard --priority 100 ${ZRAM}`,
    path: ZRAM,
    inWords: 'swap in compressed memory (zram)',
  },
  zswap: {
    make: `echo Y >${ZSWAP_SWITCH} && ${MAKE_FILE}`,
    path: SWAP_FILE,
    inWords: 'swap in a file with compressed memory before it (zswap)',
  },
};

/** The first page of swap is its header, and mkswap(8) rounds down to whole pages. */
const HEADER_BYTES: Bytes = 8192;

/**
 * Gives the guest the swap of its bundle's host, if that has any.
 *
 * @throws OomdrillError `SWAP`
 */
export async function installSwap(machine: GuestShell, host: HostSwap, signal: AbortSignal): Promise<void> {
  const bytes = parseBytes(host.swap);
  if (bytes === 0) return;
  const { make, inWords } = KINDS[host.swapKind ?? 'file'];
  await run(machine, ['sh', '-c', make, 'sh', String(bytes)], {
    reason: 'the swap',
    signal,
    orThrow: (words) =>
      machineError(
        'SWAP',
        `Could not add ${formatBytes(bytes)} of ${inWords} in the guest: ${words}.`,
        'Its kernel may lack it: a scenario that requires it (`zram`, `zswap`) is skipped there. Is the disk of the guest full?',
      ),
  });
}

/** What the kernel swaps to, which compressor zram has, and whether zswap is on; a file that is not there gives nothing. */
const LOOK = `cat /proc/swaps; for file in /sys/block/zram0/comp_algorithm ${ZSWAP_SWITCH}; do [ ! -r "$file" ] || echo "$file: $(cat "$file")"; done`;

/**
 * Proves that the guest has the swap of its bundle's host, and no other.
 *
 * @returns each wanted value, with what was found
 * @throws OomdrillError `SWAP_NOT_IN_EFFECT` that names each difference
 */
export async function proveSwap(machine: GuestShell, host: HostSwap, signal: AbortSignal): Promise<Check[]> {
  const { stdout } = await machine.exec(['sh', '-c', LOOK], { reason: 'the swap that is in effect', signal });
  const checks = compareSwap(host, stdout);
  const off = checks.filter(({ ok }) => !ok);
  if (off.length === 0) return checks;
  throw machineError(
    'SWAP_NOT_IN_EFFECT',
    `The guest does not have the swap of the bundle: ${off.map(({ what, wanted, found }) => `${what} is ${found}, not ${wanted}`).join('; ')}.`,
    'Something else in the guest changes its swap, such as a service that makes zram; look with --keep-machine.',
  );
}

/** @param seen what `LOOK` printed */
function compareSwap({ swap, swapKind = 'file' }: HostSwap, seen: string): Check[] {
  const bytes = parseBytes(swap);
  const areas = parseSwaps(seen);
  const zswap = findValue(ZSWAP_SWITCH, seen);
  const checks: Check[] = [{ what: '/proc/swaps', ...compareAreas(bytes, swapKind, areas) }];
  if (bytes === 0) return checks;
  if (swapKind === 'zram') {
    const [, compressor] = /\[(.+)\]/.exec(findValue('/sys/block/zram0/comp_algorithm', seen) ?? '') ?? [];
    checks.push({
      what: 'compressor of zram0',
      wanted: 'any',
      found: compressor ?? 'nothing',
      ok: compressor !== undefined,
    });
  }
  const wanted = swapKind === 'zswap' ? 'Y' : 'N';
  checks.push({ what: 'zswap', wanted, found: zswap ?? 'nothing', ok: (zswap ?? 'N') === wanted });
  return checks;
}

function compareAreas(bytes: Bytes, kind: SwapKind, areas: readonly SwapArea[]): Omit<Check, 'what'> {
  const render = (path: string, size: Bytes) => `${path} of ${formatBytes(size)}`;
  const found = areas.map((area) => render(area.path, area.bytes)).join(' and ') || 'nothing';
  if (bytes === 0) return { wanted: 'nothing', found, ok: areas.length === 0 };
  const { path } = KINDS[kind];
  const [only, ...more] = areas;
  const isIt = only?.path === path && Math.abs(only.bytes - bytes) <= HEADER_BYTES;
  return { wanted: render(path, bytes), found, ok: isIt && more.length === 0 };
}

const findValue = (file: string, seen: string): string | undefined =>
  seen
    .split('\n')
    .find((line) => line.startsWith(`${file}: `))
    ?.slice(file.length + 2);
