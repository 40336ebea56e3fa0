import { messageOf, usageError } from '../core/errors.js';
import type { Scenario } from '../drill/scenario.js';
import { DEFAULT_WATCHDOG, watchdogNamed } from '../drill/watchdogs.js';
import { DEFAULT_GUEST, guestNamed } from '../machine/image/guests.js';
import { chooseMachine, DEFAULT_MACHINE } from '../machine/providers.js';
import { createContext } from './context.js';
import { runSuite } from './suite.js';

/**
 * tap's deadline for a drill file, milliseconds. Ours is shorter, so that the machine is released before tap gives up.
 */
const TAP_MS = 30 * 60_000;

/**
 * Drills one scenario as a tap test: an unexpected outcome fails; an inconclusive drill or an error of the machine
 * throws. Settings come from the environment, because tap takes no arguments for its files: OOMDRILL_GUEST,
 * OOMDRILL_MACHINE, OOMDRILL_SCALE, OOMDRILL_WATCHDOG.
 *
 * @throws OomdrillError `TAP_MISSING`
 */
export async function drillUnderTap(scenario: Scenario): Promise<void> {
  const t = await loadTap();
  const guest = guestNamed(process.env.OOMDRILL_GUEST ?? DEFAULT_GUEST).name;
  t.setTimeout(TAP_MS);
  await t.test(`${scenario.name} on ${guest}`, async (t) => {
    t.setTimeout(TAP_MS);
    const stop = new AbortController();
    t.after(() => stop.abort(new Error('the test is over')));
    const context = await createContext({
      machine: chooseMachine(process.env.OOMDRILL_MACHINE ?? DEFAULT_MACHINE),
      scale: process.env.OOMDRILL_SCALE,
      watchdog: watchdogNamed(process.env.OOMDRILL_WATCHDOG ?? DEFAULT_WATCHDOG),
      progress: (line) => t.comment(line),
      signal: AbortSignal.any([stop.signal, AbortSignal.timeout(TAP_MS - 30_000)]),
    });
    const [run] = await runSuite(context, { scenarios: [scenario], guests: [guest] });
    if (!run) throw new Error('the suite returned no result');
    t.comment(`record: ${run.record}`);
    for (const reason of run.reasons) t.comment(reason);
    if (run.verdict === 'error' || run.verdict === 'inconclusive')
      throw new Error(`${run.verdict}: ${run.reasons.map(messageOf).join(' ')}`);
    t.equal(run.verdict, 'pass', `${run.outcome}, expected ${run.expected.join(' or ')}`);
  });
}

/** tap is not among the packages that come with oomdrill: most do not need it, and a user's tests have their own. */
async function loadTap() {
  try {
    return (await import('tap')).default;
  } catch (cause) {
    throw usageError('TAP_MISSING', 'Could not load tap, which runs a scenario.', 'npm install --save-dev tap', cause);
  }
}
