import { readFile } from 'node:fs/promises';
import { assets, REBUILD_HINT } from '../../core/assets.js';
import { machineError } from '../../core/errors.js';
import type { PageAssets } from './page.js';

/** Reads the page's script and style, which `npm run build` creates. @throws OomdrillError `PAGE_MISSING` */
export async function readPageAssets(): Promise<PageAssets> {
  const read = (name: string) => readFile(assets.page(name), 'utf8');
  const [script, style] = await Promise.all([read('report.js'), read('report.css')]).catch((cause: unknown) => {
    throw machineError('PAGE_MISSING', `The page of the report is not in ${assets.page()}.`, REBUILD_HINT, cause);
  });
  return { script, style };
}
