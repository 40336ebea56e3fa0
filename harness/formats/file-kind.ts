/** A file as it was found: its path there, and the two names of it that say most. */
export interface FoundFile {
  /** On a host, or as the caller named it; absolute or not. */
  readonly path: string;
  readonly name: string;
  /** The name of the folder that it is in. */
  readonly folder: string;
}

/** A kind of configuration files: where a host has them, and how one of them is known that was put elsewhere. */
export interface FileKind {
  /** One of them in a sentence, such as `a Nomad job`. */
  readonly what: string;
  /**
   * Files and folders of a host that are searched for it, without a leading slash; folders with all that is in them. A name
   * may be `*`, and a path may begin with `~/` for the home of a user.
   */
  readonly places: readonly string[];
  /** Whether a file at this path of a host is of this kind. */
  readonly isAt: (path: string) => boolean;
  /**
   * The path that a host would have it at, for a file that was named by itself or lies in a folder of a repository.
   * Undefined if its name does not say that it is of this kind.
   */
  readonly placeOf: (file: FoundFile) => string | undefined;
  /** What its text must hold, where its name and place alone say too little. */
  readonly holds?: RegExp;
  /** Names of files in its folder that its own program reads together with it, by its text. */
  readonly nextTo?: (text: string) => readonly string[];
}

/** A file that has to do with memory limits, and that is not read. */
export interface UnreadFile {
  /** The caller's path of it. */
  readonly path: string;
  /** The kind that it is of: `a Nomad job`. */
  readonly what: string;
}

/** Describes a file by its path. */
export function describeFile(path: string): FoundFile {
  const [name = '', folder = ''] = path.split('/').reverse();
  return { path, name, folder };
}
