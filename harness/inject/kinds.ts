import type { InjectionKind } from './injection.js';
import { MEMORY_HOG } from './memory-hog/kind.js';
import { CPU_HOG } from './strain/cpu-hog.js';
import { DISK_HOG } from './strain/disk-hog.js';
import { FORK_BOMB } from './strain/fork-bomb.js';

/** Every kind of injection that comes with oomdrill. A scenario brings its kind with it, so this is for lists of all of them. */
export const INJECTION_KINDS: readonly InjectionKind[] = [MEMORY_HOG, CPU_HOG, DISK_HOG, FORK_BOMB];
