/** A file that `init` makes. */
export interface NewFile {
  /** Relative to the folder; the pipeline of a repository that the folder is in begins with `../`. */
  readonly path: string;
  readonly text: string;
  /** Paths of files that would be read in its place, or count as a second of its name: none of them may be there. */
  readonly rivals?: readonly string[];
  /** What is said of the one that is there already, which then stays; without this nothing may be there. */
  readonly ifThere?: string;
  /** Whether it is there for a nightly alone. */
  readonly isNightly?: boolean;
  /** What it is for, in a few words: no capital letter, no full stop. */
  readonly does: string;
}
