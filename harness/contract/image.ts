import { z } from 'zod';

const imageSchema = z.object({
  guest: z.string(),
  /** Hash of the recipe. */
  id: z.string(),
  dir: z.string(),
  /** Versions of what it holds, and when it was built. */
  facts: z.record(z.string(), z.string()),
});

const storedSchema = z.object({
  kind: z.enum(['image', 'snapshot']),
  name: z.string(),
  dir: z.string(),
  bytes: z.number(),
  /** Whether every file is there as it was made. */
  whole: z.boolean(),
});

/** What `image build --json` writes. */
export const imagesBuiltSchema = z.object({ images: z.array(imageSchema) });

/** What `image list --json` writes. */
export const imagesStoredSchema = z.object({ entries: z.array(storedSchema) });

/** What `image rm --json` writes. */
export const imagesRemovedSchema = z.object({ removed: z.array(storedSchema) });

/** What `image box --json` writes. */
export const boxSchema = z.object({
  /** The name that Vagrant knows it by. */
  box: z.string(),
  image: imageSchema,
});
