import { DEFAULT_GUEST, guestNames } from '../../machine/image/guests.js';
import { argument, argumentOr, defineCommand, defineGroup } from '../define.js';
import type { FlagsOf } from '../flag.js';
import { jsonFlag } from './shared.js';

const flags = { json: jsonFlag };

/** Flags of each command of images. */
export type ImageFlags = FlagsOf<typeof flags>;

const build = defineCommand({
  name: 'build',
  description: 'build the image of a guest unless it is there',
  argument: argumentOr('[guest...]', guestNames().join(' or '), [DEFAULT_GUEST], guestNames),
  flags,
  run: async (guests, flags) => (await import('../image.js')).executeImageBuild(guests, flags),
});

const list = defineCommand({
  name: 'list',
  description: 'what is in the cache, and the room it takes',
  flags,
  run: async (_, flags) => (await import('../image.js')).executeImageList(flags),
});

const rm = defineCommand({
  name: 'rm',
  description: 'remove images and frozen machines',
  argument: argument('<guest...>', `${guestNames().join(', ')} or all`, () => [...guestNames(), 'all']),
  flags,
  run: async (guests, flags) => (await import('../image.js')).executeImageRm(guests, flags),
});

const box = defineCommand({
  name: 'box',
  description: 'pack the image of a guest as a libvirt box and register it with Vagrant',
  argument: argumentOr('[guest]', guestNames().join(' or '), DEFAULT_GUEST, guestNames),
  flags,
  run: async (guest, flags) => (await import('../image.js')).executeImageBox(guest, flags),
});

export const imageCommands = defineGroup('image', 'the cached guest images and their frozen machines', [
  build,
  list,
  rm,
  box,
]);
