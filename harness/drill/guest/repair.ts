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
  const ask = systemctl(managerOf(serving.uid));
  const carryOut = (...words: readonly string[]) => machine.exec([...ask, ...words], { reason: 'the repair', signal });
  const reloaded = await carryOut('daemon-reload');
  const done = reloaded.exitCode === 0 ? await carryOut('set-property', '--runtime', unit, ...settings) : reloaded;
  if (done.exitCode !== 0) throw machineError('REPAIR', `The repair of ${unit} failed: ${done.stderr.trim()}.`);
  const effect = await proveEffect(machine, serving, signal);
  recorder.write({ ...effect, t: recorder.clock.now() });
}
