import { format, resolveConfig } from 'prettier';
import { assets } from '../core/assets.js';

/** A page as `npm run format` writes it: what is generated is kept in the repository so, and is compared so. */
export async function formatMarkdown(page: string): Promise<string> {
  return format(page, { ...(await resolveConfig(assets.packageJson)), parser: 'markdown' });
}
