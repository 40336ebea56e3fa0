import { describeFile, type FileKind } from './file-kind.js';
import { READ_KINDS } from './read-kinds.js';
import { UNREAD_KINDS } from './unread-kinds.js';

/** What becomes of a file: it is read as if it were at a path of a host, or it is listed as what it is. */
export type KnownFile = { readonly place: string } | { readonly notRead: string };

const KINDS: readonly FileKind[] = [...READ_KINDS, ...UNREAD_KINDS];

/** Files and folders of a host that hold known files; those of a user's home begin with `~/`. */
export const KNOWN_PLACES: readonly string[] = [...new Set(KINDS.flatMap(({ places }) => places))];

/** Whether it is worth reading a file at a path of a host. */
export const isCandidateAt = (path: string): boolean => KINDS.some(({ isAt }) => isAt(path));

/** Whether it is worth reading a file that is not at its place on a host. */
export const isCandidateNamed = (path: string): boolean =>
  KINDS.some(({ placeOf }) => placeOf(describeFile(path)) !== undefined);

/** Whether a file anywhere has the name of one that is read. */
export const isReadNamed = (path: string): boolean =>
  READ_KINDS.some(({ placeOf }) => placeOf(describeFile(path)) !== undefined);

/**
 * What a file at a path of a host is.
 *
 * @param text undefined if it could not be read: then it is of no kind that its text would have to show
 */
export function knownAt(path: string, text: string | undefined): KnownFile | undefined {
  const kind = KINDS.find((each) => each.isAt(path) && holds(each, text));
  return kind && toKnown(kind, path);
}

/** What a file in any other folder is, by its name and text. @param text undefined as for `knownAt` */
export function knownNamed(path: string, text: string | undefined): KnownFile | undefined {
  const file = describeFile(path);
  for (const kind of KINDS) {
    const place = kind.placeOf(file);
    if (place !== undefined && holds(kind, text)) return toKnown(kind, place);
  }
  return undefined;
}

/** Names of files in the folder of a read file that its program reads together with it. */
export function namesNextTo(path: string, text: string): readonly string[] {
  const file = describeFile(path);
  const kind = READ_KINDS.find((each) => each.placeOf(file) !== undefined && holds(each, text));
  return kind?.nextTo?.(text).filter((name) => name !== file.name) ?? [];
}

const holds = (kind: FileKind, text: string | undefined): boolean =>
  kind.holds === undefined || (text !== undefined && kind.holds.test(text));

const toKnown = (kind: FileKind, place: string): KnownFile =>
  READ_KINDS.includes(kind) ? { place } : { notRead: kind.what };
