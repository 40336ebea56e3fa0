import t from 'tap';
import type { MachineCapabilities } from '../machine/provider.js';
import { MACHINES } from '../machine/providers.js';
import { refuseMissingParts } from './not-given.js';
import type { PlannedDrill } from './plan.js';

/** As much of a plan as is looked at. */
function planWith(manifest: object, place?: { readonly kind: string }): Pick<PlannedDrill, 'bundle' | 'injections'> {
  const bundle = { manifest: { host: { swap: '0' }, serving: {}, ...manifest } };
  return { bundle, injections: [{ injection: { place } }] } as unknown as PlannedDrill;
}

const refuse = (plan: ReturnType<typeof planWith>, kind: string) => () => {
  const machine = MACHINES.find(({ name }) => name === kind);
  if (!machine) throw new Error(`there is no ${kind}`);
  refuseMissingParts(plan, machine);
};

t.test('what a machine is given', async (t) => {
  const all = planWith({ host: { swap: '2G' }, sidecars: [{ unit: 'nginx.service' }] }, { kind: 'session' });
  t.doesNotThrow(refuse(all, 'qemu'));
  t.doesNotThrow(refuse(all, 'vagrant'));
  t.throws(refuse(all, 'ssh'), {
    code: 'CAPABILITY_MISSING',
    message: 'The drill needs swap and a session and nginx.service, which a machine of kind ssh does not have.',
    hint: 'Drill it on --machine qemu or vagrant.',
  });
});

t.test('packages', async (t) => {
  const plan = planWith({ packages: ['nginx'] });
  t.doesNotThrow(refuse(plan, 'qemu'));
  t.doesNotThrow(refuse(plan, 'ssh'), "those of a host of the user's own are its owner's affair");
  t.throws(refuse(plan, 'vagrant'), { message: /the package nginx/, hint: 'Drill it on --machine qemu.' });
});

t.test('a container that serves', async (t) => {
  const container = { serving: { container: { image: { archive: 'srv/web.tar' } } } };
  t.doesNotThrow(refuse(planWith(container), 'vagrant'));
  t.throws(refuse(planWith(container), 'ssh'), { message: /a container that serves/, hint: /qemu or vagrant/ });
  const quadlet = { serving: { unit: 'web.service', image: { archive: 'srv/web.tar' } } };
  t.throws(refuse(planWith(quadlet), 'ssh'), { message: /a container that serves/ });
});

t.test('what no kind of machine is given', async (t) => {
  const [qemu] = MACHINES;
  if (!qemu) throw new Error('there is no kind of machine');
  const capabilities: MachineCapabilities = { ...qemu.capabilities, swap: false };
  const microvm = { ...qemu, name: 'microvm', capabilities };
  t.throws(() => refuseMissingParts(planWith({ host: { swap: '2G' } }), microvm, [microvm]), {
    message: /swap, which a machine of kind microvm/,
    hint: undefined,
  });
});
