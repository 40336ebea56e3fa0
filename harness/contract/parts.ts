import type { z } from 'zod';
import { usageError } from '../core/errors.js';
import { HOW_TO_MERGE, type ReadRunPart, toRunPart } from '../verdict/merge.js';
import type { CampaignPart, ReadPart } from '../verdict/part.js';
import { type BandMapDocument, bandMapSchema, type SweepDocument, sweepSchema } from './band-map.js';
import { MUTATION_SCHEMA, type MutationDocument, mutationSchema } from './mutation.js';
import {
  readStored,
  STORED_MAP,
  STORED_SUMMARY,
  STORED_SWEEP,
  STORED_VALIDATION,
  type StoredDocument,
} from './stored.js';
import type { ValidationDocument } from './validation.js';

/** A result of one part of a campaign, as its command wrote it, and what it says of its cells. */
export type PartDocument =
  | { readonly kind: 'run'; readonly part: ReadRunPart }
  | { readonly kind: 'map'; readonly part: ReadPart; readonly document: BandMapDocument }
  | { readonly kind: 'sweep'; readonly part: ReadPart; readonly document: SweepDocument }
  | { readonly kind: 'validation'; readonly part: ReadPart; readonly document: ValidationDocument }
  | { readonly kind: 'mutation'; readonly part: ReadPart; readonly document: MutationDocument };

/** A kind of result that has parts. */
interface PartKind {
  readonly format: StoredDocument<z.ZodType>['format'];
  /** @throws OomdrillError those of `readStored`, and `SHARD_NO_SHARD` for a document that is not of a part. */
  readonly read: (value: unknown, path: string) => PartDocument;
}

/** Every kind of result that `merge` joins. */
export const PART_KINDS: readonly [PartKind, ...PartKind[]] = [
  partKind(STORED_SUMMARY, (summary, path) => ({ kind: 'run', part: toRunPart({ path, summary }) })),
  partKind({ ...STORED_MAP, contents: bandMapSchema }, (document, path) => ({
    kind: 'map',
    part: toReadPart(path, document),
    document,
  })),
  partKind({ ...STORED_SWEEP, contents: sweepSchema }, (document, path) => ({
    kind: 'sweep',
    part: toReadPart(path, document),
    document,
  })),
  partKind(STORED_VALIDATION, (document, path) => ({ kind: 'validation', part: toReadPart(path, document), document })),
  partKind(
    {
      name: 'a mutation run',
      writtenBy: '`oomdrill mutate BUNDLE --json FILE`',
      invalidCode: 'MUTATION_INVALID',
      format: { schema: MUTATION_SCHEMA },
      contents: mutationSchema,
    },
    (document, path) => ({ kind: 'mutation', part: toReadPart(path, document), document }),
  ),
];

function partKind<S extends z.ZodType>(
  stored: StoredDocument<S>,
  make: (document: z.output<S>, path: string) => PartDocument,
): PartKind {
  return { format: stored.format, read: (value, path) => make(readStored(value, stored, path), path) };
}

function toReadPart(path: string, { part }: { readonly part?: CampaignPart | undefined }): ReadPart {
  if (!part) throw usageError('SHARD_NO_SHARD', `${path} does not say of what campaign it is a part.`, HOW_TO_MERGE);
  return { path, part, done: new Set(part.done), errors: new Map(Object.entries(part.errors ?? {})) };
}
