import { wordsOf } from '../record/injection.js';
import type { RunRecord } from '../record/reader.js';
import type { Header, Outcome } from '../record/schema.js';
import { windowMs } from '../record/watchdog.js';
import { largest } from '../study/entries.js';
import type { InjectionFate } from '../study/injected.js';
import { type Study, study } from '../study/study.js';
import type { WayIn } from '../study/way-in.js';
import { findShortfalls } from './expectation.js';
import { collectLoadEvidence } from './load.js';
import { findHiddenOutcome } from './milder.js';
import type { Problem } from './open-silences.js';
import { decideOutcome } from './outcome.js';
import { OUTCOMES } from './outcomes.js';
import { describeSilence } from './silence-sentence.js';
import { weighServerSilences } from './silences.js';
import type { Evidence, Missed, Verdict } from './summary.js';

/** The judgement of a record. */
export interface Judgement {
  readonly outcome: Outcome;
  readonly verdict: Verdict;
  /** The bounds that did not hold, the outcome first. */
  readonly missed: Missed[];
  /** Sentences; those about missed bounds first. */
  readonly reasons: string[];
  readonly evidence: Evidence;
  /** Whether the state of the host made the drill inconclusive. */
  readonly spoiledByHost: boolean;
}

/** Judges a record. It is pure, so that a stored record gets the same judgement at any later time. */
export function judge(record: RunRecord, outcomes = OUTCOMES): Judgement {
  const { header } = record;
  const found = study(record);
  const evidence = collectEvidence(found, header);
  const decided = decideOutcome(found, header, outcomes);
  const { outcome } = decided;
  const { expect } = header.scenario;
  const isExpected = expect.outcomes.includes(outcome);
  const isDecisive = outcomes[outcome].badness !== null;
  const proveNothing = (problems: readonly Problem[]): Judgement => ({
    outcome: 'inconclusive',
    verdict: 'inconclusive',
    missed: [],
    reasons: withSilence(problems.map(({ sentence }) => sentence)),
    evidence,
    spoiledByHost: problems.some(({ isHostsDoing }) => isHostsDoing),
  });
  const withSilence = (reasons: readonly string[]) => [...reasons, ...tellLongestSilence(found, header, reasons)];
  if (!isDecisive && !isExpected)
    return { ...decided, verdict: 'inconclusive', missed: [], reasons: withSilence(decided.reasons), evidence };
  const hidden = isExpected ? [] : findHiddenOutcome(found, header, outcome, outcomes);
  const { missed, open } = findShortfalls(header, found);
  if (hidden.length > 0) return proveNothing(hidden);
  if (!isExpected)
    missed.unshift({
      bound: 'outcomes',
      sentence: `Expected ${expect.outcomes.join(' or ')}, but it was ${outcome}.`,
    });
  const sentences = missed.map(({ sentence }) => sentence);
  if (missed.length > 0)
    return { ...decided, verdict: 'fail', missed, reasons: withSilence([...sentences, ...decided.reasons]), evidence };
  if (open.length === 0 || !isDecisive)
    return { ...decided, verdict: 'pass', missed, reasons: withSilence(decided.reasons), evidence };
  // A bound on answers that does not hold, perhaps by the host's doing: the drill proves nothing.
  return proveNothing(open);
}

/** The longest silence that is longer than allowed, and its cause, where no reason tells of it yet. */
function tellLongestSilence(found: Study, header: Header, reasons: readonly string[]): string[] {
  const [longest] = weighServerSilences(found, header);
  if (!longest) return [];
  const sentence = describeSilence(longest, header);
  return reasons.some((reason) => reason.includes(sentence)) ? [] : [sentence];
}

function collectEvidence(found: Study, header: Header): Evidence {
  const {
    attribution,
    availability,
    gapBounds,
    latencies,
    sidecarGapsMs,
    brim,
    host,
    memory,
    observers,
    parties,
    sampling,
    wayIn,
  } = found;
  const last = parties.injections.at(-1);
  const [longest] = weighServerSilences(found, header);
  return {
    longestGapMs: availability.longestGapMs,
    gapBounds,
    ownGapMs: longest ? longest.ownMs : availability.longestGapMs,
    canaryGapMs: attribution.canary?.longestGapMs ?? null,
    gapCauses: longest ? [...longest.causes] : [],
    watchdogWindowMs: windowMs(header.watchdog),
    oomKills: memory.oomKills,
    kills: parties.deaths && [...parties.deaths],
    highEvents: memory.highEvents,
    maxEvents: memory.maxEvents,
    fullStallPercent: memory.fullStallPercent,
    plateauBytes: memory.plateauBytes,
    plateauErrorPercent: memory.plateauErrorPercent,
    serverPidBefore: parties.before?.mainPid ?? null,
    serverPidAfter: parties.after?.mainPid ?? null,
    nRestarts: parties.after?.nRestarts ?? null,
    injectionState: last?.progress?.state ?? null,
    injected: last ? describeInjected(last) : null,
    missingSamplesPercent: sampling.missingPercent,
    recoveryMs: availability.recoveryMs,
    repairMs: availability.repairMs,
    sidecarGapMs: largest(Object.values(sidecarGapsMs)),
    longestLoginGapMs: wayIn?.longestGapMs ?? null,
    logins: wayIn && describeLogins(wayIn),
    brimBytes: brim && brim.to - brim.from,
    hostStallMs: host.longestStallMs,
    observersCpuPercent: observers.bothPercent,
    load: collectLoadEvidence(found.load),
    baselineMedianMs: availability.baselineMedianMs,
    holdMedianMs: availability.holdMedianMs,
    latency: latencies,
  };
}

function describeLogins({ tried, succeeded, cpuMsPerLogin, cpuPercent }: WayIn): Evidence['logins'] {
  return { tried, succeeded, cpuMsPerLogin, cpuPercent };
}

function describeInjected({ injection }: InjectionFate): Evidence['injected'] {
  const { kind, noun } = wordsOf(injection);
  return { kind, noun };
}
