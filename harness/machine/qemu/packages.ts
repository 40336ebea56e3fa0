import { IMAGE_PACKAGES } from '../image/packages.js';
import type { NeededPackage } from '../needed-package.js';

/** What a VM that we make, and its image, need of this host. */
export const QEMU_PACKAGES: readonly NeededPackage[] = [
  { program: 'qemu-system-x86_64', package: 'qemu-system-x86' },
  ...IMAGE_PACKAGES,
];
