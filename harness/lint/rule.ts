import type { FilePlace } from '../formats/place.js';
import type { Severity } from './finding.js';
import type { Scene } from './scene.js';

/** One place that a rule complains about. */
export interface Sighting {
  readonly at: FilePlace;
  /** A sentence with the names and values of this place. */
  readonly message: string;
  /** Set if this case is less or more severe than the rule's default. */
  readonly severity?: Severity;
  /** Set if this case has a better fix than the rule's. */
  readonly fix?: string;
  /** Set if this case has another source than the rule's. */
  readonly source?: string;
}

/** One thing that lint looks for. */
export interface Rule {
  /** Stable: suppressions and programs name it. */
  readonly id: string;
  readonly severity: Severity;
  /** What it finds, as a heading. */
  readonly title: string;
  /** The consequences, in a sentence or two. */
  readonly why: string;
  /** The incident (INCIDENTS by date), issue or manual behind it. */
  readonly source: string;
  /** What is behind it where the limits are a container's, if the rule looks at those as well. */
  readonly containerSource?: string;
  /** What to do about it, as an instruction. */
  readonly fix: string;
  check(scene: Scene): Iterable<Sighting>;
}
