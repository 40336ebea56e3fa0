import { createContext } from '../campaign/context.js';
import { runSuite } from '../campaign/suite.js';
import { usageError } from '../core/errors.js';
import { printable } from '../core/printable.js';
import type { Scenario } from '../drill/scenario.js';
import type { RunFlags } from './declaration/run.js';
import { readGuests, readRunSettings } from './run.js';
import { nameSources } from './settings/name-sources.js';

/** tap's deadline for a drill file, milliseconds, without a wait for a quiet host. Ours is shorter, so that the machine is released before tap gives up. */
const TAP_MS = 30 * 60_000;

type Tap = Awaited<ReturnType<typeof loadTap>>;

/**
 * Drills one scenario as a tap test: an unexpected outcome fails; an inconclusive drill or an error of the machine
 * throws. tap takes no arguments for its files, so the options of `oomdrill run` that say how to drill come from the
 * environment and the configuration file alone.
 *
 * @throws OomdrillError `TAP_MISSING`, and those of a wrong setting
 */
export async function drillUnderTap(scenario: Scenario): Promise<void> {
  const t = await loadTap();
  const { loadProgram } = await import('../cli.js');
  const oomdrill = await loadProgram('.', process.env, {
    executeRun: async (_, flags) => {
      try {
        await testScenario(t, scenario, flags);
      } catch (thrown) {
        throw nameSources(thrown, flags.settings);
      }
    },
  });
  await oomdrill.parseAsync(['run'], { from: 'user' });
}

async function testScenario(t: Tap, scenario: Scenario, flags: RunFlags): Promise<void> {
  const settings = await readRunSettings(flags);
  const timeoutMs = TAP_MS + settings.waitForQuietMs;
  t.setTimeout(timeoutMs);
  for (const guest of readGuests(flags)) {
    await t.test(printable(`${scenario.name} on ${guest}`), async (t) => {
      t.setTimeout(timeoutMs);
      const stop = new AbortController();
      t.after(() => stop.abort(new Error('the test is over')));
      const context = await createContext({
        ...settings,
        progress: (line) => t.comment(printable(line)),
        signal: AbortSignal.any([stop.signal, AbortSignal.timeout(timeoutMs - 30_000)]),
      });
      const [run] = await runSuite(context, { scenarios: [scenario], guests: [guest] });
      if (!run) throw new Error('the suite returned no result');
      t.comment(printable(`record: ${run.record}`));
      for (const reason of run.reasons) t.comment(printable(reason));
      if (run.verdict === 'error' || run.verdict === 'inconclusive')
        throw new Error(printable(`${run.verdict}: ${run.reasons.join(' ')}`));
      t.equal(run.verdict, 'pass', `${run.outcome}, expected ${run.expected.join(' or ')}`);
    });
  }
}

/** tap is not among the packages that come with oomdrill: most do not need it, and a user's tests have their own. */
async function loadTap() {
  try {
    return (await import('tap')).default;
  } catch (cause) {
    throw usageError('TAP_MISSING', 'Could not load tap, which runs a scenario.', 'npm install --save-dev tap', cause);
  }
}
