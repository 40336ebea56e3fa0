import t from 'tap';
import type { LimitedUnit, ServingUnit } from '../../bundle/serving.js';
import type { GuestShell } from '../../machine/machine.js';
import { Unit } from '../../systemd/unit.js';
import { parseUnitFile } from '../../systemd/unit-file.js';
import { proveEffect } from './effect.js';

const SLICE = '/kubepods.slice';
const SCOPE = `${SLICE}/cri-containerd-0a.scope`;

/** A guest in which these files of cgroups hold these values. */
function guest(files: Readonly<Record<string, Readonly<Record<string, string>>>>): GuestShell {
  const exec: GuestShell['exec'] = async ([program = '', ...words]) => {
    const cgroup = Object.keys(files).find((path) => words.includes(path) || path.endsWith(`/${words[1]}`)) ?? '';
    const found = Object.entries(files[cgroup] ?? {});
    const stdout =
      program === 'sh'
        ? found.map(([name, value]) => `${name}:${value}`).join('\n')
        : `ControlGroup=${cgroup}\nMemoryHigh=infinity\nMemoryMax=${files[cgroup]?.['memory.max']}\nMemorySwapMax=infinity\nActiveState=active\nMainPID=1\n`;
    return { exitCode: 0, stdout, stderr: '' };
  };
  return { exec } as GuestShell;
}

const NONE = Number.POSITIVE_INFINITY;

const slice: LimitedUnit = {
  unit: new Unit('kubepods.slice', [parseUnitFile('[Slice]\nMemoryMin=8193\n', 'x')]),
  limits: { high: NONE, max: 8192, swapMax: NONE },
  oomPolicy: undefined,
  cgroup: SLICE,
};

const container: ServingUnit = {
  unit: new Unit('cri-containerd-0a.scope', []),
  limits: { high: NONE, max: 4096, swapMax: 0 },
  oomPolicy: 'continue',
  killsAsGroup: true,
  isSetByRuntime: true,
  oomScoreAdjust: 0,
  cgroup: SCOPE,
  above: [slice],
};

const OF_CONTAINER = { 'memory.high': 'max', 'memory.max': '4096', 'memory.swap.max': '0', 'memory.oom.group': '1' };
const OF_SLICE = {
  'memory.high': 'max',
  'memory.max': '8192',
  'memory.swap.max': 'max',
  'memory.oom.group': '0',
  'memory.min': '8192',
};

const prove = (ofContainer: object, ofSlice: object) =>
  proveEffect(
    guest({ [SCOPE]: { ...OF_CONTAINER, ...ofContainer }, [SLICE]: { ...OF_SLICE, ...ofSlice } }),
    container,
    new AbortController().signal,
  );

t.test('the limits of a container, and of the slices that a kubelet makes above it', async (t) => {
  const { unit, checks } = await prove({}, {});
  t.equal(unit, 'cri-containerd-0a.scope');
  t.same(
    checks.filter(({ ok }) => !ok),
    [],
  );
  t.match(
    checks.map(({ what }) => what),
    ['systemd ControlGroup', 'memory.high', 'memory.max', 'memory.swap.max', 'memory.oom.group'],
  );
  t.ok(checks.some(({ what, wanted }) => what === 'memory.min of kubepods.slice' && wanted === '8192'));
});

t.test('what is not in effect', async (t) => {
  const code = 'NOT_IN_EFFECT';
  await t.rejects(prove({ 'memory.oom.group': '0' }, {}), { code, message: /memory\.oom\.group is 0, not 1/ });
  await t.rejects(prove({}, { 'memory.max': 'max' }), {
    code,
    message: /memory\.max of kubepods\.slice is max, not 8K/,
  });
  await t.rejects(prove({}, { 'memory.min': '0' }), { code, message: /memory\.min of kubepods\.slice is 0, not 8192/ });
});
