import { GUESTS } from '../../machine/machine.js';
import { argument, argumentOr, defineCommand, defineGroup } from '../define.js';
import type { FlagsOf } from '../flag.js';
import { guestNames, jsonFlag } from './shared.js';

const flags = { json: jsonFlag };

/** Flags of each command of images. */
export type ImageFlags = FlagsOf<typeof flags>;

const build = defineCommand({
  name: 'build',
  description: 'build the image of a guest unless it is there',
  argument: argumentOr('[guest...]', GUESTS.join(' or '), [GUESTS[0]], guestNames),
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
  argument: argument('<guest...>', `${GUESTS.join(', ')} or all`, () => [...GUESTS, 'all']),
  flags,
  run: async (guests, flags) => (await import('../image.js')).executeImageRm(guests, flags),
});

const box = defineCommand({
  name: 'box',
  description: 'pack the image of a guest as a libvirt box and register it with Vagrant',
  argument: argumentOr('[guest]', GUESTS.join(' or '), GUESTS[0], guestNames),
  flags,
  run: async (guest, flags) => (await import('../image.js')).executeImageBox(guest, flags),
});

export const imageCommands = defineGroup('image', 'the cached guest images and their frozen machines', [
  build,
  list,
  rm,
  box,
]);
