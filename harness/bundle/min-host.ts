import { type Bytes, MIB } from '../core/bytes.js';

/**
 * The smallest host that is drilled. A guest of its size has 333M available when its server starts (MemAvailable, Debian 13): room
 * for a server of 60M, a band and a hog. The guest needs no other image for it: Docker and all killers are off unless a drill asks
 * for them.
 */
export const MIN_HOST_BYTES: Bytes = 448 * MIB;
