// `npm run words`: every place of an old word as `path:line: word -> better`. `npm run words -- harness/drill docs` is for some paths only.
import { assets } from '../../harness/core/assets.js';
import { findOldWordsIn } from './find.js';

const wanted = process.argv.slice(2);
const places = findOldWordsIn(assets.root).filter(
  ({ path }) => wanted.length === 0 || wanted.some((prefix) => path.startsWith(prefix)),
);
for (const { path, line, found, better } of places) console.log(`${path}:${line}: ${found} -> ${better}`);
console.log(`${places.length} old words`);
process.exitCode = places.length === 0 ? 0 : 1;
