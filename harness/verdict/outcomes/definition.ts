import type { Header } from '../../record/schema.js';
import type { Study } from '../../study/study.js';
import type { Evidence } from '../summary.js';
import type { Zone } from '../zones.js';

/** All that is to be known of an outcome. Its name is its key in the table of outcomes. */
export interface OutcomeDefinition {
  /** Whether it holds for a drill, and why: in sentences, the most telling first; none where it does not hold. */
  readonly reasonsFor: (study: Study, header: Header) => string[];
  /** How bad it is, from 0 for what everybody wants; no two alike. Null where it proves nothing, neither good nor bad. */
  readonly badness: number | null;
  /** Whether it was the host's own state that brought it about, so that a second try may tell more; never where it is not said. */
  readonly isHostToBlame?: (study: Study, header: Header) => boolean;
  /** What happened, for somebody who does not read kernel logs: one sentence, without its capital and its full stop. */
  readonly sentence: (evidence: Evidence) => string;
  /** The zone of a map that it shows where nothing was killed; null where it shows none. */
  readonly zone: Zone | null;
  /** Its row in docs/outcomes.md, Markdown. */
  readonly manual: { readonly evidence: string; readonly usualCauses: string };
}
