/** A place in a file, to which a finding points. */
export interface FilePlace {
  /** The caller's path of the file. */
  readonly path: string;
  /** From 1; undefined for the whole file. */
  readonly line?: number;
}
