import type { FilePlace } from '../formats/place.js';
import type { Severity } from './finding.js';
import type { Scene } from './scene.js';

/** What a rule saw. */
export interface Sighting {
  readonly at: FilePlace;
  /** A sentence with the names and values of this place. */
  readonly message: string;
  /** Where this case weighs less or more than the rule does by itself. */
  readonly severity?: Severity;
  /** Where this case has a better fix than the rule's. */
  readonly fix?: string;
}

/** One thing that lint looks for. */
export interface Rule {
  /** Stable: suppressions and programs name it. */
  readonly id: string;
  readonly severity: Severity;
  /** What it finds, as a heading. */
  readonly title: string;
  /** A sentence or two: what comes of it. */
  readonly why: string;
  /** The incident (INCIDENTS by date), issue or manual that tells so. */
  readonly source: string;
  readonly fix: string;
  check(scene: Scene): Iterable<Sighting>;
}
