import type { Header } from '../../record/schema.js';
import type { Study } from '../../study/study.js';
import type { Evidence } from '../summary.js';
import type { Zone } from '../zones.js';

/** One outcome. Its name is its key in the table of outcomes. */
export interface OutcomeDefinition {
  /** The reasons why it holds for a drill, as sentences, the most important first; none where it does not hold. */
  readonly reasonsFor: (study: Study, header: Header) => string[];
  /**
   * How bad it is, from 0 for the good outcome; each value is used once. Null where it proves nothing, neither good nor
   * bad.
   */
  readonly badness: number | null;
  /**
   * Whether the state of the host caused it, so that a second try may prove something. Absent: the host is never the
   * cause.
   */
  readonly isHostToBlame?: (study: Study, header: Header) => boolean;
  /** What happened, for people who do not read kernel logs: one sentence, without capital and full stop. */
  readonly sentence: (evidence: Evidence) => string;
  /** The zone of a map that it shows if nothing was killed; null if it shows none. */
  readonly zone: Zone | null;
  /** What help and docs/outcomes.md say of it. */
  readonly manual: OutcomeManual;
}

/** An outcome explained, in phrases without capital and full stop. */
interface OutcomeManual {
  /** What the word means: one line, no markup. */
  readonly meaning: string;
  /** What it is decided by. Markdown. */
  readonly evidence: string;
  /** Markdown; empty where it needs no cause. */
  readonly usualCauses: string;
}
