import { z } from 'zod';

export const IMAGES_BUILT_SCHEMA = 'oomdrill.image-build/1';
export const IMAGES_STORED_SCHEMA = 'oomdrill.image-list/1';
export const IMAGES_REMOVED_SCHEMA = 'oomdrill.image-rm/1';
export const BOX_SCHEMA = 'oomdrill.image-box/1';

const imageSchema = z.object({
  guest: z.string().describe('Name of the guest, such as `bookworm`.'),
  id: z.string().describe('Hash of the recipe.'),
  dir: z.string().describe('Path of its folder in the cache.'),
  facts: z.record(z.string(), z.string()).describe('Versions of what it holds, by name, and when it was built.'),
});

const storedSchema = z.object({
  kind: z.enum(['image', 'snapshot']),
  name: z.string(),
  dir: z.string().describe('Path of its folder in the cache.'),
  bytes: z.number().describe('Bytes that it takes on the disk.'),
  whole: z.boolean().describe('Whether every file is there as it was made.'),
});

/** What `image build --json` writes. */
export const imagesBuiltSchema = z.object({ schema: z.literal(IMAGES_BUILT_SCHEMA), images: z.array(imageSchema) });

/** What `image list --json` writes. */
export const imagesStoredSchema = z.object({
  schema: z.literal(IMAGES_STORED_SCHEMA),
  entries: z.array(storedSchema),
});

/** What `image rm --json` writes. */
export const imagesRemovedSchema = z.object({
  schema: z.literal(IMAGES_REMOVED_SCHEMA),
  removed: z.array(storedSchema),
});

/** What `image box --json` writes. */
export const boxSchema = z.object({
  schema: z.literal(BOX_SCHEMA),
  box: z.string().describe('The name that Vagrant knows it by.'),
  image: imageSchema,
});
