/**
 * Lets Node.js run TypeScript files: `node --import=oomdrill/typescript`, which is how `npx tap FILE.ts` drills a
 * scenario. The file and what it imports are loaded as `oomdrill run FILE.ts` does: nothing is built, nothing is written,
 * and oomdrill itself is not touched.
 *
 * @packageDocumentation
 */
import { type LoadHook, register } from 'node:module';
import { fileURLToPath } from 'node:url';
import { isMainThread } from 'node:worker_threads';

// Node.js runs hooks in a separate thread, which loads this file again.
if (isMainThread) register(import.meta.url);

/** Puts a module in the place of a TypeScript file, which loads that file (node:module, "Customization Hooks"). */
export const load: LoadHook = async (url, context, nextLoad) => {
  const { protocol, pathname } = new URL(url);
  if (protocol !== 'file:' || !/\.m?ts$/.test(pathname) || pathname.includes('/node_modules/'))
    return nextLoad(url, context);
  const [here, file] = [import.meta.url, fileURLToPath(url)].map((text) => JSON.stringify(text));
  const source = `import { runFile } from ${here};\nexport default await runFile(${file});\n`;
  return { format: 'module', source, shortCircuit: true };
};

/** Runs a file, and gives its default export. What is wrong with the file ends the program, in words. */
export async function runFile(file: string): Promise<unknown> {
  const { runDefaultExport } = await import('./loader/load-module.js');
  try {
    return await runDefaultExport(file);
  } catch (thrown) {
    const { reportError } = await import('./core/report-error.js');
    process.exit(reportError(thrown));
  }
}
