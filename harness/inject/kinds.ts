import type { InjectionKind } from './injection.js';
import { MEMORY_HOG } from './memory-hog/kind.js';

/** Every kind of injection that comes with oomdrill. A scenario brings its kind with it, so this is for lists of all of them. */
export const INJECTION_KINDS: readonly InjectionKind[] = [MEMORY_HOG];
