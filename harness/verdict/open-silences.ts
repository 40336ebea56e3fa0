import { formatSeconds } from '../core/clock.js';
import type { Header } from '../record/schema.js';
import { windowMs } from '../record/watchdog.js';
import type { Study } from '../study/study.js';
import { findMissingAnswers, isStuck } from './end-state.js';
import { compareHoldMedian, describeHoldMedian } from './hold-median.js';
import { isHostsDoing, type Silence, weighSilence } from './silence.js';
import { describeSilence, describeStretch } from './silence-sentence.js';
import { allowedGapMs, findWatchdogSilence, sortServerSilences } from './silences.js';

/** Why a drill proves nothing. */
export interface Problem {
  readonly sentence: string;
  /** Whether the host had a part in it, so that a second try may prove something. */
  readonly isHostsDoing: boolean;
}

/**
 * What the server left unanswered, where nothing tells whose doing it was. None where another silence of the drill has
 * its cause, because then that one decides.
 */
export function findOpenAnswers(study: Study, header: Header): Problem[] {
  const { memory, box, starved, open } = sortServerSilences(study, header);
  const watchdog = isStuck(study) ? findWatchdogSilence(study, header) : undefined;
  if (watchdog) return watchdog.isSure ? [] : [describeOpen(watchdog.silence, windowMs(header.watchdog), header)];
  if (box.length > 0 || memory.length > 0) return [];
  const missing = findOpenEnd(study, header);
  if (missing.length > 0) return missing;
  if (starved.length > 0) return [];
  const [longest] = open;
  if (longest) return [describeOpen(longest, allowedGapMs(header), header)];
  return findOpenMedian(study, header);
}

/** One silence, and how much of it may be without the host. */
export function describeOpen(silence: Silence, boundMs: number, header: Header, what?: string): Problem {
  const sentences = [describeSilence(silence, header, what)];
  const { isReal, leastMs, span } = silence;
  if (isReal && leastMs < span.ms)
    sentences.push(
      `${describeStretch(span, header)}: without that it may have lasted ${formatSeconds(leastMs)}, and ${formatSeconds(boundMs)} are allowed.`,
    );
  return { sentence: sentences.join(' '), isHostsDoing: isHostsDoing(silence) };
}

/** Answers that were missing at the end of the drill, not for want of memory. */
function findOpenEnd(study: Study, header: Header): Problem[] {
  const missing = findMissingAnswers(study);
  const { end, hold } = study.attribution;
  const span = study.availability.answersAtEnd ? hold : end;
  if (missing.length === 0 || span === null) return [];
  const silence = weighSilence(span, header);
  if (silence.causes.includes('memory') && !silence.isShared) return [];
  const sentence = `${missing.join(' ')} ${describeSilence(silence, header, 'The time')}`;
  return [{ sentence, isHostsDoing: isHostsDoing(silence) }];
}

function findOpenMedian(study: Study, header: Header): Problem[] {
  const { hold } = study.attribution;
  if (hold === null || compareHoldMedian(study, header) !== 'open') return [];
  if (!study.availability.isAsked) return [];
  const silence = weighSilence(hold, header);
  const sentence = `${describeHoldMedian(study)} ${describeSilence(silence, header, 'The hold')}`;
  return [{ sentence, isHostsDoing: isHostsDoing(silence) }];
}
