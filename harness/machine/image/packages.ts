import type { NeededPackage } from '../needed-package.js';

/** What an image of a guest is built with. */
export const IMAGE_PACKAGES: readonly NeededPackage[] = [
  { program: 'mmdebstrap', package: 'mmdebstrap' },
  { program: 'mke2fs', package: 'e2fsprogs' },
  { program: 'qemu-img', package: 'qemu-utils' },
];
