import { fileURLToPath } from 'node:url';
import type { Bundle } from '../bundle/bundle.js';
import type { Progress } from '../core/progress.js';
import type { Scenario } from '../drill/scenario.js';
import type { RunSummary } from '../verdict/summary.js';
import type { Probe } from '../workload/probe.js';

// What a program calls that imports oomdrill. Each imports what does the work when it is called, so that a scenario's
// file, which imports the library as well, loads no machine.

/** How a program drills; the same as the options of `oomdrill run`. */
export interface DrillChoices {
  /** A kind of machine: `qemu`, which is the default, `vagrant`, or `ssh`. */
  readonly machine?: string;
  /** Options of that kind of machine, in camel case: for `ssh`, `{ host: 'root@scratch.example', allowDestructive: true }`. */
  readonly machineOptions?: Readonly<Record<string, unknown>>;
  /** The Debian suite that a VM runs; `trixie` by default. */
  readonly guest?: string;
  /** What every size is divided by: `auto`, which is the default, or a number, such as `8`. */
  readonly scale?: string;
  /** How long clients wait: `heartbeat-20s`, which is the default, or `ping-15s`. */
  readonly watchdog?: string;
  /** How many questions the server and the canary are asked a second, an integer from 1 to 50; 5 by default. */
  readonly rate?: number;
  /**
   * Honest requests in addition to those of the prober: how many a second, an integer from 1 to 450, or `5..50` for a rate that rises
   * from the start of the injection on; none by default. For servers that are asked by HTTP or HTTPS.
   */
  readonly load?: number | string;
  /** Whether a hold lasts as long as the scenario says, also where its outcome is decided before; false by default. */
  readonly fullHold?: boolean;
  /** Whether logins through the guest's own sshd are tried, also where the scenario says nothing of them; false by default. */
  readonly wayIn?: boolean;
  /** Whether the drill starts from the guest just after its boot, also where one is there whose server has settled; false by default. */
  readonly fromNothing?: boolean;
  /** How long a second try waits for a quiet host, at most, if this one spoiled the first: `10min` by default; `0` for not at all. */
  readonly waitForQuiet?: string;
  /** Drilled in place of the scenario's own bundle, if the scenario fits it. */
  readonly bundle?: Bundle;
  /** Directory for the record; `reports` in the working directory by default. */
  readonly out?: string;
  /** Probes that the bundle may name, in addition to those that come with oomdrill. */
  readonly probes?: readonly Probe[];
  /** Called with what is going on, line by line. */
  readonly progress?: Progress;
  /** Ends the drill, and releases the machine in order. */
  readonly signal?: AbortSignal;
}

/**
 * Drills a scenario on a real machine, which takes about a minute.
 *
 * An outcome that was not expected is a result and no error: look at `verdict`. What breaks in the machine is part of
 * the result, too.
 *
 * @throws OomdrillError of kind `usage` for what cannot be drilled as asked; the reason of `signal` when that is aborted
 */
export async function drillScenario(scenario: Scenario, choices: DrillChoices = {}): Promise<RunSummary> {
  const { drillChosen } = await import('./drill-chosen.js');
  return drillChosen(scenario, choices);
}

/**
 * Judges a stored record again: the verdict that its drill gave, as this version decides it.
 *
 * @param path of a `record.jsonl`
 * @throws OomdrillError for a file that is not a record, or one of a later version
 */
export async function judgeRecord(path: string): Promise<RunSummary> {
  const [{ readRecord }, { summarizeRecord }] = await Promise.all([
    import('../record/reader.js'),
    import('../verdict/summarize.js'),
  ]);
  return summarizeRecord(await readRecord(path), path);
}

/**
 * Loads a containment bundle: a directory with `bundle.json` and `etc/`, or the name of one that comes with oomdrill.
 *
 * @param nameOrDir relative to the working directory; a `file:` URL is a directory, wherever the program runs
 * @throws OomdrillError `BUNDLE_MISSING`, `BUNDLE_MANIFEST`, `BUNDLE_FILE`
 */
export async function readBundle(nameOrDir: string | URL): Promise<Bundle> {
  const { loadNamedBundle } = await import('./named-bundle.js');
  return loadNamedBundle(typeof nameOrDir === 'string' ? nameOrDir : fileURLToPath(nameOrDir));
}
