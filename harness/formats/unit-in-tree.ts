import type { Unit } from '../systemd/unit.js';
import type { Assignment } from '../systemd/unit-file.js';
import type { SourceFile } from '../systemd/unit-search.js';
import type { FilePlace } from './place.js';

/** A unit in a tree of files. */
export interface UnitInTree {
  readonly name: string;
  readonly unit: Unit;
  /** Such as `Service`. */
  readonly section: string;
  readonly place: FilePlace;
  /** Whether the tree has only drop-ins of it, and not its unit file. */
  readonly isKnownInPart: boolean;
  /** Assignments in its section, in the order in which they apply. */
  assignments(key: string): readonly (Assignment & { readonly path: string })[];
}

/** A file of a tree, with its path on the host and its path for the caller. */
export type FileInTree = SourceFile & { readonly shown: string };

/** The command that a service runs, from its last `ExecStart=`; undefined if none is known. */
export function findCommand(
  unit: UnitInTree | undefined,
): { readonly text: string; readonly at: FilePlace } | undefined {
  const last = unit?.assignments('ExecStart').findLast(({ value }) => value !== '');
  return last && { text: last.value, at: { path: last.path, line: last.line } };
}
