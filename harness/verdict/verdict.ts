import { wordsOf } from '../record/injection.js';
import type { RunRecord } from '../record/reader.js';
import type { Outcome } from '../record/schema.js';
import { windowMs } from '../record/watchdog.js';
import { largest } from '../study/entries.js';
import type { InjectionFate } from '../study/injected.js';
import { type Study, study } from '../study/study.js';
import { findMissedBounds } from './expectation.js';
import { decideOutcome } from './outcome.js';
import { OUTCOMES } from './outcomes.js';
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
  const found = study(record);
  const { outcome, reasons, spoiledByHost } = decideOutcome(found, record.header, outcomes);
  const { expect } = record.header.scenario;
  const expected = expect.outcomes.includes(outcome);
  const evidence = collectEvidence(found, windowMs(record.header.watchdog));
  if (outcomes[outcome].badness === null && !expected)
    return { outcome, verdict: 'inconclusive', missed: [], reasons: [...reasons], evidence, spoiledByHost };
  const missed = findMissedBounds(expect, found);
  if (!expected)
    missed.unshift({
      bound: 'outcomes',
      sentence: `Expected ${expect.outcomes.join(' or ')}, but it was ${outcome}.`,
    });
  const verdict = missed.length === 0 ? 'pass' : 'fail';
  const sentences = missed.map(({ sentence }) => sentence);
  return { outcome, verdict, missed, reasons: [...sentences, ...reasons], evidence, spoiledByHost };
}

function collectEvidence(
  { availability, sidecarGapsMs, brim, host, memory, observers, parties, sampling }: Study,
  watchdogWindowMs: number,
): Evidence {
  const last = parties.injections.at(-1);
  return {
    longestGapMs: availability.longestGapMs,
    watchdogWindowMs,
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
    brimBytes: brim && brim.to - brim.from,
    hostStallMs: host.longestStallMs,
    observersCpuPercent: observers.bothPercent,
    baselineMedianMs: availability.baselineMedianMs,
    holdMedianMs: availability.holdMedianMs,
  };
}

function describeInjected({ injection }: InjectionFate): Evidence['injected'] {
  const { kind, noun } = wordsOf(injection);
  return { kind, noun };
}
