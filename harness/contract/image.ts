import { z } from 'zod';

export const IMAGES_BUILT_SCHEMA = 'oomdrill.image-build/1';
export const IMAGES_STORED_SCHEMA = 'oomdrill.image-list/1';
export const IMAGES_REMOVED_SCHEMA = 'oomdrill.image-rm/1';
export const BOX_SCHEMA = 'oomdrill.image-box/1';

const imageSchema = z.object({
  guest: z.string().describe('Name of the guest, such as `bookworm`.'),
  id: z.string().describe('Hash of the recipe.'),
  dir: z.string().describe('Path of its directory in the cache.'),
  facts: z.record(z.string(), z.string()).describe('Versions of its packages by name, and the time when it was built.'),
});

const storedSchema = z.object({
  kind: z.enum(['image', 'snapshot']),
  name: z.string(),
  dir: z.string().describe('Path of its directory in the cache.'),
  bytes: z.number().describe('Size on the disk, bytes.'),
  whole: z.boolean().describe('Whether all its files are complete.'),
});

/** The output of `image build --json`. */
export const imagesBuiltSchema = z.object({ schema: z.literal(IMAGES_BUILT_SCHEMA), images: z.array(imageSchema) });

/** The output of `image list --json`. */
export const imagesStoredSchema = z.object({
  schema: z.literal(IMAGES_STORED_SCHEMA),
  entries: z.array(storedSchema),
});

/** The output of `image rm --json`. */
export const imagesRemovedSchema = z.object({
  schema: z.literal(IMAGES_REMOVED_SCHEMA),
  removed: z.array(storedSchema),
});

/** The output of `image box --json`. */
export const boxSchema = z.object({
  schema: z.literal(BOX_SCHEMA),
  box: z.string().describe('The name of the box in Vagrant.'),
  image: imageSchema,
});
