import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { type Bundle, UNIT_DIR } from '../bundle/bundle.js';
import { type LimitValues, type NameLimit, readLimitValues, withValues } from '../bundle/candidate.js';
import { readConfiguration } from '../bundle/load.js';
import { nameOfServing } from '../bundle/manifest.js';
import { findNamedEnd } from '../bundle/tree-entry.js';
import { loadNamedBundle } from '../campaign/named-bundle.js';
import { usageError } from '../core/errors.js';
import { STAND_INS } from '../workload/stand-ins.js';
import type { ValidateFlags } from './declaration/validate.js';

/** Where neither a bundle nor a baseline is named: the catalogue's host of today. */
const DEFAULT_BUNDLE = STAND_INS[0].bundle;

/** What to validate, and what it is compared with. */
export interface Candidate {
  readonly candidate: Bundle;
  readonly current: Bundle;
  /** A sentence that says in which bundle the limits are drilled, if the caller did not name one to validate. */
  readonly note?: string;
}

/** The flags that choose what is validated. */
type CandidateFlags = Pick<
  ValidateFlags,
  'baseline' | 'memoryHigh' | 'memoryMax' | 'memorySwapMax' | 'oomPolicy' | 'hostMemory' | 'swap'
>;

/**
 * Chooses what is validated: a bundle with the values of the flags; or the bundle of the baseline, or the default one,
 * with the values of a unit file and of the flags.
 *
 * @param what a unit file, or the directory or the name of a bundle
 * @throws OomdrillError `NOTHING_TO_VALIDATE`, `BUNDLE_MISSING`, and those of `loadBundle`, `readLimitValues` and
 *   `withValues`
 */
export async function chooseCandidate(what: string | undefined, flags: CandidateFlags): Promise<Candidate> {
  const { memoryHigh, memoryMax, memorySwapMax, oomPolicy, hostMemory, swap } = flags;
  const values = givenLimits({ memoryHigh, memoryMax, memorySwapMax, oomPolicy, hostMemory, swap });
  const baseline = flags.baseline === undefined ? undefined : await loadNamedBundle(flags.baseline);
  if (what === undefined && Object.keys(values).length === 0)
    throw usageError(
      'NOTHING_TO_VALIDATE',
      'A bundle, a unit file or a limit must be given.',
      'For example: oomdrill validate --memory-max 24G',
    );
  const isFile = what !== undefined && (await stat(what).catch(() => undefined))?.isFile();
  if (what !== undefined && !isFile) {
    const bundle = await loadNamedBundle(what, 'unit file or bundle');
    return { candidate: withValues(bundle, values), current: baseline ?? bundle };
  }
  const base = baseline ?? (await loadNamedBundle(DEFAULT_BUNDLE));
  const note = `${isFile ? `The limits of ${what}` : 'The given limits'} are drilled in ${nameOfServing(base.manifest)} of the bundle ${base.name}.`;
  if (!isFile) return { candidate: withValues(base, values), current: base, note };
  // Percentages in the file are those of the host that is asked about.
  const onHost = withValues(base, givenLimits({ hostMemory, swap }));
  const at = await findNamedEnd(what, `${UNIT_DIR}/${basename(what)}`);
  if (at === undefined)
    throw usageError('UNIT_MISSING', `${what} is a link to what is not a unit file.`, 'Name the unit file itself.');
  const ofFile = readLimitValues(await readConfiguration(at, what), what, onHost);
  const nameLimit: NameLimit = (name, value) => {
    const [flag, directive] = name === 'memoryHigh' ? ['--memory-high', 'MemoryHigh'] : ['--memory-max', 'MemoryMax'];
    return values[name] === undefined ? `${directive}=${value} of ${what}` : `${flag} ${value}`;
  };
  return { candidate: withValues(base, { ...ofFile, ...values }, nameLimit), current: base, note };
}

/** Without what was not given. */
function givenLimits(values: { readonly [name in keyof LimitValues]: string | undefined }): LimitValues {
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [[name, value.trim() || value]])),
  );
}
