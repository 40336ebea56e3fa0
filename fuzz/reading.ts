import type { RunRecord } from '../harness/record/reader.js';
import type { Entry, EntryOf, PhaseName } from '../harness/record/schema.js';

// Reads sentences as a person does with the record at hand. It knows nothing of how they are made.

/** What no sentence may have, with its name. */
const NONSENSE: readonly (readonly [string, RegExp])[] = [
  ['not a value', /\b(?:NaN|undefined|null|Infinity)\b/],
  ['a negative number', /(?:^|[\s(])-\d/],
  ['unknown as a number', /unknown of|unknown %/],
  ['an empty name', /\(\)|""|''|\(PID *\)|\bPID 0\b|\bto , | \(PID \d+, bystander \)/],
  ['doubled spaces', / {2}/],
  ['a doubled stop', /\.\.(?!\.)|\.$\s*\.|[,;:]\.|\?\.$/],
  ['a space before a stop', / [.,;:](?:\s|$)/],
];

/** What is wrong with a sentence, whatever the record has. */
export function findNonsense(sentence: string): string | undefined {
  const fault = NONSENSE.find(([, pattern]) => pattern.test(sentence))?.[0];
  if (fault !== undefined) return fault;
  // A hog can be off its target by more than its size.
  const percents = [...sentence.replace(/at most [\d.]+ % off/g, '').matchAll(/([\d.,]+) %/g)];
  return percents.some(([, value]) => Number(value) > 100) ? 'more than all' : undefined;
}

/** What a record must have for a sentence to say something. */
interface Ground {
  readonly claim: RegExp;
  readonly needs: string;
  readonly isThere: (record: RunRecord) => boolean;
}

const ofType = <T extends Entry['type']>({ entries }: RunRecord, type: T): EntryOf<T>[] =>
  entries.filter((entry): entry is EntryOf<T> => entry.type === type);

const startOf = (record: RunRecord, name: PhaseName): number | undefined =>
  ofType(record, 'phase').find((phase) => phase.name === name)?.t;

const hasLog = (record: RunRecord): boolean =>
  ['journal', 'kill'].some((type) => ofType(record, type as 'kill').length > 0);

/** Whether the kernel's count of kills is known from before the injection to the release. */
function isCounted(record: RunRecord): boolean {
  const from = startOf(record, 'injection');
  const counted = ofType(record, 'sample').filter(({ cgroups }) => cgroups.server?.events.oom_kill !== undefined);
  return from !== undefined && counted.some(({ t }) => t < from) && counted.some(({ t }) => t >= from);
}

const hasRequests = (record: RunRecord): boolean => ofType(record, 'probe').length > 0;
const hasUnits = (record: RunRecord): boolean =>
  ofType(record, 'unit').filter(({ role }) => role === undefined).length === 2;
const hasSamples = (record: RunRecord): boolean => ofType(record, 'sample').length > 0;

const GROUNDS: readonly Ground[] = [
  {
    claim: /nothing (?:was|had to be) killed|killed: nothing/i,
    needs: 'a log, and the count of kills',
    isThere: (record) => hasLog(record),
  },
  { claim: /kernel killed nothing|\b0 oom_kill/, needs: 'the count of kills', isThere: isCounted },
  {
    claim:
      /no client (?:got )?an answer|did not answer|got no answer|without an answer for|longest gap (?:was )?\d|two answers was \d|should have been at most/i,
    needs: 'requests',
    isThere: hasRequests,
  },
  {
    claim: /^(?!Whether).*(?:kept its process|kept it\.|but it did not\.|lost its process,? but|another process)/,
    needs: 'the state of the unit',
    isThere: hasUnits,
  },
  { claim: /never (?:reached|seen to)|both alive|did not stay/, needs: 'samples', isThere: hasSamples },
  {
    claim: /page cache .* fell to \d/,
    needs: 'samples of the page cache',
    isThere: (record) => ofType(record, 'sample').some(({ cgroups }) => cgroups.server?.stat.file !== undefined),
  },
  {
    claim: /\b0B\b/,
    needs: 'a sample of nothing',
    isThere: (record) =>
      ofType(record, 'sample').some(
        ({ cgroups, progress }) =>
          Object.values(cgroups).some(({ current, swap, stat }) => [current, swap, stat.file].includes(0)) ||
          Object.values(progress).some(({ value }) => value === 0),
      ),
  },
  {
    claim: /after the SIGKILL: \d|again .* after the (?:SIGKILL|release)|again after the (?:SIGKILL|release)\./,
    needs: 'a release',
    isThere: (record) => startOf(record, 'release') !== undefined,
  },
];

/** What the record lacks for a sentence to say what it says. */
export function findClaimWithoutGround(sentence: string, record: RunRecord): string | undefined {
  const missing = GROUNDS.find(({ claim, isThere }) => claim.test(sentence) && !isThere(record));
  return missing && `said without ${missing.needs}`;
}
