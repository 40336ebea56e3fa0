import { type Bundle, UNIT_DIR, unitDirOf } from '../bundle/bundle.js';
import { nameOfServing } from '../bundle/manifest.js';
import { requireInEffect } from '../bundle/read-back.js';
import { resolveServingUnit, resolveSlice } from '../bundle/serving.js';
import { parseBytes, renderBytes } from '../core/bytes.js';
import { defaultSlice, parseUnitName } from '../systemd/unit-name.js';
import { dropFromUnit, setInUnit, withFile } from './edit.js';
import { allowSwap, capAtMemory, dropCap, halveCap, overrideCap, SERVING, setSoftLimit } from './layer.js';
import type { Mutant } from './mutant.js';

const RUNAWAY_PAST_MAX = 'runaway-past-max';
const PLATEAU = '2026-07-02-fixed';

/**
 * Mutants of the unit of the web sessions. Left out, because no drill of the server can distinguish them from the
 * original:
 *
 * - another `OOMScoreAdjust=` than -1000: all children of the server inherit it, so it shifts the hog and its
 * neighbours alike;
 * - `OOMPolicy=stop` written out: this is the default when it is dropped;
 * - `Slice=` with a slice without limits: the unit keeps its own limits;
 * - `MemoryAccounting=no`: a limit turns the accounting on anyway (systemd.resource-control(5));
 * - swap on the host, with `MemorySwapMax=0` in the unit.
 *
 * Also left out are mutants that are rejected before a drill, with `UNIT_REJECTED`, `NOT_IN_EFFECT` or `SERVER_START`:
 * limits in the wrong section or misspelt, an old `systemctl set-property` in /etc/systemd/system.control, a cap too
 * small for the server itself.
 */
export const SERVING_MUTANTS: readonly Mutant[] = [
  {
    name: 'unit-oom-policy-dropped',
    breaks: "The unit has no OOMPolicy=, so systemd's default applies, stop.",
    belief: 'A child that is killed for memory is the only loss.',
    noticedBy: [RUNAWAY_PAST_MAX],
    apply: (bundle) => dropPolicy(bundle),
  },
  {
    name: 'unit-oom-group',
    breaks: 'OOMPolicy=kill turns on memory.oom.group: the kernel kills the whole cgroup at once.',
    belief: 'The kernel kills the runaway and spares the server.',
    noticedBy: [RUNAWAY_PAST_MAX],
    apply: (bundle) => setPolicy(bundle, 'kill'),
  },
  {
    name: 'unit-high-at-75',
    breaks: 'MemoryHigh= is 75 % of MemoryMax=, as on the day of the incident.',
    belief: 'A soft limit slows down the runaway and nothing else.',
    noticedBy: [RUNAWAY_PAST_MAX, PLATEAU],
    apply: (bundle) => setSoftLimit(bundle, SERVING, 0.75),
  },
  {
    name: 'unit-high-just-below-max',
    breaks: 'MemoryHigh= is 95 % of MemoryMax=, as an early warning.',
    belief: 'A soft limit so close to the hard one does no harm.',
    noticedBy: [RUNAWAY_PAST_MAX],
    apply: (bundle) => setSoftLimit(bundle, SERVING, 0.95),
  },
  {
    name: 'unit-parent-slice-high',
    breaks: 'The slice of all web sessions has a MemoryHigh= of its own, 75 % of the cap of one unit.',
    belief: "The unit's file and systemctl show UNIT show every limit of the server.",
    noticedBy: [RUNAWAY_PAST_MAX, PLATEAU],
    apply: limitSliceAbove,
  },
  {
    name: 'unit-max-dropped',
    breaks: 'The unit has no MemoryMax=.',
    belief: "A runaway of one user stays within that user's share.",
    noticedBy: [RUNAWAY_PAST_MAX],
    apply: (bundle) => dropCap(bundle, SERVING),
  },
  {
    name: 'unit-max-above-ram',
    breaks: "MemoryMax= is a quarter above the host's memory: the limits of another, larger host.",
    belief: 'There is a hard limit, so there is containment.',
    noticedBy: [RUNAWAY_PAST_MAX],
    apply: (bundle) => capAtMemory(bundle, SERVING, 1.25),
  },
  {
    name: 'unit-max-at-the-brim-of-ram',
    breaks: "MemoryMax= is 99 % of the host's memory.",
    belief: "A limit below the host's memory is reached before the host runs out.",
    noticedBy: [RUNAWAY_PAST_MAX],
    apply: (bundle) => capAtMemory(bundle, SERVING, 0.99),
  },
  {
    name: 'unit-max-halved',
    breaks: 'MemoryMax= is half of its former value.',
    belief: 'The work that is done every day still fits.',
    noticedBy: [PLATEAU],
    apply: (bundle) => halveCap(bundle, SERVING),
  },
  {
    name: 'unit-swap-allowed',
    breaks: 'The unit may swap, on a host with swap.',
    belief: 'Swap only ever helps.',
    noticedBy: [RUNAWAY_PAST_MAX],
    apply: (bundle) => allowSwap(bundle, SERVING),
  },
  {
    name: 'unit-shielded-from-the-oom-killer',
    breaks:
      'OOMScoreAdjust=-1000 is meant for the server, but all its children inherit it: the kernel may kill nothing in the cgroup.',
    belief: 'The server is spared and the runaway is not.',
    noticedBy: [RUNAWAY_PAST_MAX],
    apply: (bundle) =>
      isUnit(bundle) && setInUnit(bundle, resolveServingUnit(bundle).unit, 'Service', 'OOMScoreAdjust', '-1000'),
  },
  {
    name: 'unit-overridden-by-a-later-drop-in',
    breaks: 'A drop-in of this one instance is read last and lifts MemoryMax=.',
    belief: 'The settings of the template apply to every user.',
    noticedBy: [RUNAWAY_PAST_MAX],
    apply: (bundle) => overrideCap(bundle, SERVING, `${unitDirOf(bundle)}/${nameOfServing(bundle.manifest)}.d`),
  },
  {
    name: 'unit-limits-of-another-instance',
    breaks: "The limits are in a drop-in of another user's instance.",
    belief: 'Settings that were tested with one user apply to all.',
    noticedBy: [RUNAWAY_PAST_MAX],
    apply: moveLimits,
  },
  {
    name: 'unit-in-a-smaller-slice',
    breaks: 'Slice= puts the unit into the slice of the containers, below their cap.',
    belief: 'The unit has the limits that are in its file.',
    noticedBy: [PLATEAU],
    apply: moveToDockerSlice,
  },
];

/** A container has settings and mutants of its own. */
const isUnit = ({ manifest }: Bundle): true | undefined => (manifest.serving.container ? undefined : true);

function dropPolicy(bundle: Bundle): Bundle | undefined {
  return dropFromUnit(bundle, resolveServingUnit(bundle).unit, 'Service', 'OOMPolicy');
}

function setPolicy(bundle: Bundle, policy: string): Bundle | undefined {
  const { unit, oomPolicy } = resolveServingUnit(bundle);
  return !isUnit(bundle) || oomPolicy === policy ? undefined : setInUnit(bundle, unit, 'Service', 'OOMPolicy', policy);
}

/**
 * Sets a soft limit on the slice above the unit, where the unit's settings do not show it. Applies only if systemd
 * chose the slice, which then holds only web sessions.
 */
function limitSliceAbove(bundle: Bundle): Bundle | undefined {
  const found = SERVING.find(bundle);
  const name = parseUnitName(nameOfServing(bundle.manifest));
  if (!found || name?.instance === undefined || found.unit.value('Service', 'Slice')) return undefined;
  const slice = defaultSlice(name);
  const asked = renderBytes(Math.floor(found.limits.max * 0.75));
  const changed = withFile(bundle, `${UNIT_DIR}/${slice}.d/50-memory.conf`, `[Slice]\nMemoryHigh=${asked}\n`);
  requireInEffect(changed, resolveSlice(bundle, slice).unit, { section: 'Slice', key: 'MemoryHigh', asked });
  return changed;
}

const LIMIT_KEYS = ['MemoryHigh', 'MemoryMax', 'MemorySwapMax'];

function moveLimits(bundle: Bundle): Bundle | undefined {
  const found = SERVING.find(bundle);
  const name = parseUnitName(nameOfServing(bundle.manifest));
  if (!found || name?.instance === undefined) return undefined;
  const { unit } = found;
  const lines = LIMIT_KEYS.flatMap((key) => {
    const value = unit.value('Service', key)?.value;
    return value === undefined ? [] : [`${key}=${value}\n`];
  });
  const bare = LIMIT_KEYS.reduce((rest, key) => dropFromUnit(rest, unit, 'Service', key) ?? rest, bundle);
  const other = `${name.prefix}@${name.instance}-too.${name.type}`;
  return withFile(bare, `${UNIT_DIR}/${other}.d/50-memory.conf`, `[Service]\n${lines.join('')}`);
}

function moveToDockerSlice(bundle: Bundle): Bundle | undefined {
  const found = SERVING.find(bundle);
  const slice = resolveSlice(bundle, 'docker.slice');
  // The slices of a user's own manager are others.
  if (
    !found ||
    found.uid !== undefined ||
    !(slice.limits.max < Math.min(found.limits.max, parseBytes(bundle.manifest.host.memory)))
  )
    return undefined;
  return setInUnit(bundle, found.unit, 'Service', 'Slice', 'docker.slice');
}
