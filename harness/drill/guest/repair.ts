import { machineError } from '../../core/errors.js';
import type { PlannedRepair } from '../plan.js';
import type { Stage } from '../stage.js';
import { proveEffect } from './effect.js';
import { managerOf, systemctl } from './manager.js';

/**
 * Repairs the limits of the running unit as it is done by night: its cgroup by systemctl(1) set-property, until the next boot, and no
 * restart. Then proves what is in effect.
 *
 * @throws OomdrillError `REPAIR` with systemd's words, `NOT_IN_EFFECT`
 */
export async function applyRepair(
  { machine, recorder, progress, signal }: Stage,
  { settings, serving }: PlannedRepair,
): Promise<void> {
  const unit = serving.unit.name;
  progress(`repair: systemctl set-property --runtime ${unit} ${settings.join(' ')}`);
  // At once: the guest may hardly answer any more.
  const ask = systemctl(managerOf(serving.uid)).join(' ');
  const script = `${ask} daemon-reload && ${ask} set-property --runtime "$@"`;
  const done = await machine.exec(['sh', '-c', script, 'sh', unit, ...settings], { reason: 'the repair', signal });
  if (done.exitCode !== 0) throw machineError('REPAIR', `The repair of ${unit} failed: ${done.stderr.trim()}.`);
  const effect = await proveEffect(machine, serving, signal);
  recorder.write({ ...effect, t: recorder.clock.now() });
}
