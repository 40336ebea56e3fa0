import type { Unit } from '../systemd/unit.js';
import type { Assignment } from '../systemd/unit-file.js';
import type { SourceFile } from '../systemd/unit-search.js';
import type { FilePlace } from './place.js';

/** A unit as a tree of files has it. */
export interface UnitInTree {
  readonly name: string;
  readonly unit: Unit;
  /** Such as `Service`. */
  readonly section: string;
  readonly place: FilePlace;
  /** Its unit file is not in the tree, only drop-ins of it. */
  readonly isKnownInPart: boolean;
  /** Assignments in its section, in the order in which they apply. */
  assignments(key: string): readonly (Assignment & { readonly path: string })[];
}

/** A file of a tree: where it would stand on the host, and as the caller knows it. */
export type FileInTree = SourceFile & { readonly shown: string };

/** The command that a service runs, as the last `ExecStart=` has it; undefined where none is known. */
export function findCommand(
  unit: UnitInTree | undefined,
): { readonly text: string; readonly at: FilePlace } | undefined {
  const last = unit?.assignments('ExecStart').findLast(({ value }) => value !== '');
  return last && { text: last.value, at: { path: last.path, line: last.line } };
}
