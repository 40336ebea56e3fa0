import {
  BOX_SCHEMA,
  boxSchema,
  IMAGES_BUILT_SCHEMA,
  IMAGES_REMOVED_SCHEMA,
  IMAGES_STORED_SCHEMA,
  imagesBuiltSchema,
  imagesRemovedSchema,
  imagesStoredSchema,
} from '../contract/image.js';
import { formatBytes } from '../core/bytes.js';
import { textOf } from '../core/printable-text.js';
import { ensureImage } from '../machine/image/build.js';
import { guestNamed } from '../machine/image/guests.js';
import { listStored, removeStored } from '../machine/image/store.js';
import { Ledger } from '../machine/ledger.js';
import { MACHINES } from '../machine/providers.js';
import { conclude, documentOf } from './conclude.js';
import type { ImageFlags } from './declaration/image.js';
import { withInterrupts } from './interrupt.js';
import { progressOnStderr } from './progress.js';

/** `oomdrill image build`. */
export async function executeImageBuild(guests: readonly string[], flags: ImageFlags): Promise<void> {
  await conclude(flags, async () => {
    const asked = guests.map((name) => guestNamed(name));
    const progress = progressOnStderr();
    const images = await withInterrupts(progress, async ({ signal }) => {
      const built = [];
      for (const guest of asked) built.push(await ensureImage(guest, progress, signal));
      return built;
    });
    const text = textOf(images.map(({ guest, dir }) => `${guest}: ${dir}`));
    return { document: documentOf(imagesBuiltSchema, { schema: IMAGES_BUILT_SCHEMA, images }), text, exitCode: 0 };
  });
}

/** `oomdrill image list`. */
export async function executeImageList(flags: ImageFlags): Promise<void> {
  await conclude(flags, async () => {
    const entries = await listStored();
    const lines = entries.map(({ kind, name, bytes, whole, dir }) =>
      [kind.padEnd(8), name, formatBytes(bytes).padStart(6), whole ? 'whole  ' : 'DAMAGED', dir].join('  '),
    );
    const text = textOf(lines.length === 0 ? ['The cache is empty.'] : lines);
    return { document: documentOf(imagesStoredSchema, { schema: IMAGES_STORED_SCHEMA, entries }), text, exitCode: 0 };
  });
}

/** `oomdrill image rm`. */
export async function executeImageRm(guests: readonly string[], flags: ImageFlags): Promise<void> {
  await conclude(flags, async () => {
    const stored = await listStored();
    // An image of the user's own is there by the name of its file.
    const isThere = (name: string) => name === 'all' || stored.some((entry) => entry.name.startsWith(`${name}-`));
    const names = guests.map((name) => (isThere(name) ? name : guestNamed(name).name));
    const removed = (await Promise.all(names.map(removeStored))).flat();
    const lines = removed.map(({ kind, name, bytes }) => `removed ${kind} ${name} (${formatBytes(bytes)})`);
    return {
      document: documentOf(imagesRemovedSchema, { schema: IMAGES_REMOVED_SCHEMA, removed }),
      text: textOf(lines.length === 0 ? ['There was nothing to remove.'] : lines),
      exitCode: 0,
    };
  });
}

/** `oomdrill image box`. */
export async function executeImageBox(guest: string, flags: ImageFlags): Promise<void> {
  await conclude(flags, async () => {
    const asked = guestNamed(guest);
    const packImage = MACHINES.find((machine) => machine.packImage)?.packImage;
    if (!packImage) throw new Error('no kind of machine starts from a packed image');
    const progress = progressOnStderr();
    return withInterrupts(progress, async ({ signal }) => {
      const { name, image, start } = await packImage(asked, { ledger: await Ledger.open(), progress, signal });
      const document = documentOf(boxSchema, { schema: BOX_SCHEMA, box: name, image });
      return { document, text: textOf([`${name} is registered: ${start}`]), exitCode: 0 };
    });
  });
}
