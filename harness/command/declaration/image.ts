import { anyOf } from '../../core/any-of.js';
import { DEFAULT_GUEST, guestNames } from '../../machine/image/guests.js';
import { argument, argumentOr, defineCommand, defineGroup } from '../define.js';
import type { FlagsOf } from '../flag.js';
import { jsonFlag } from './shared.js';

const flags = { json: jsonFlag };

/** Flags of each command of images. */
export type ImageFlags = FlagsOf<typeof flags>;

const build = defineCommand({
  name: 'build',
  description: 'Build the image of a guest, unless it is in the cache',
  details: ['Needs root or sudo, a Debian mirror, a few minutes, and 4 GiB of disk while it works.'],
  argument: argumentOr('[guest...]', anyOf(guestNames()), [DEFAULT_GUEST], guestNames),
  flags,
  run: async (guests, flags) => (await import('../image.js')).executeImageBuild(guests, flags),
});

const list = defineCommand({
  name: 'list',
  description: 'List the images and snapshots in the cache, with their sizes',
  flags,
  run: async (_, flags) => (await import('../image.js')).executeImageList(flags),
});

const rm = defineCommand({
  name: 'rm',
  description: 'Remove images and snapshots from the cache',
  details: ['The next drill makes again what it needs.'],
  argument: argument('<guest...>', `${guestNames().join(', ')}, the name of an image of your own, or all`, () => [
    ...guestNames(),
    'all',
  ]),
  flags,
  run: async (guests, flags) => (await import('../image.js')).executeImageRm(guests, flags),
});

const box = defineCommand({
  name: 'box',
  description: 'Pack the image of a guest as a libvirt box, and register it with Vagrant',
  argument: argumentOr('[guest]', anyOf(guestNames()), DEFAULT_GUEST, guestNames),
  flags,
  run: async (guest, flags) => (await import('../image.js')).executeImageBox(guest, flags),
});

export const imageCommands = defineGroup('image', 'Manage the cached images and snapshots of guests', [
  build,
  list,
  rm,
  box,
]);
