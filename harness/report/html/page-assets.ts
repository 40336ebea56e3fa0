import { readFile } from 'node:fs/promises';
import { assets } from '../../core/assets.js';
import { machineError } from '../../core/errors.js';
import type { PageAssets } from './page.js';

/** The page's program and looks, as `npm run build` makes them. @throws OomdrillError `PAGE_MISSING` */
export async function readPageAssets(): Promise<PageAssets> {
  const read = (name: string) => readFile(assets.page(name), 'utf8');
  const [script, style] = await Promise.all([read('report.js'), read('report.css')]).catch((cause: unknown) => {
    throw machineError('PAGE_MISSING', "The report's page is not built.", 'npm run build builds it.', cause);
  });
  return { script, style };
}
