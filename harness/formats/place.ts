/** A place in a file, for a finding to point at. */
export interface FilePlace {
  /** As the caller knows the file. */
  readonly path: string;
  /** From 1; absent for the file as a whole. */
  readonly line?: number;
}
