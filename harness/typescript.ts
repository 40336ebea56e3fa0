/**
 * Lets Node.js run TypeScript files: `node --import=oomdrill/typescript`, which is how `npx tap FILE.ts` drills a
 * scenario. Nothing is built, and nothing is written.
 *
 * @packageDocumentation
 */
import { register } from 'node:module';

// The loader's cache on disk would be below node_modules. It looks at this variable in the thread of the hooks too, whose
// environment is a copy: tap may have started that thread already.
process.env.JITI_FS_CACHE = 'false';
register(new URL('data:text/javascript,process.env.JITI_FS_CACHE="false"'));
// As a string, because its declaration is an empty file, which the compiler takes for no module.
await import('jiti/register' as string);
