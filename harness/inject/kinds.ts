import type { InjectionKind } from './injection.js';
import { MEMORY_HOG } from './memory-hog/kind.js';

/** Every kind of injection that comes with oomdrill. A scenario brings its kind with it, so this is for those who want to know of all. */
export const INJECTION_KINDS: readonly InjectionKind[] = [MEMORY_HOG];
