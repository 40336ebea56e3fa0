import { format, resolveConfig } from 'prettier';
import { assets } from '../core/assets.js';

/** Formats a generated page as `npm run format` does, because that form is in the repository. */
export async function formatMarkdown(page: string): Promise<string> {
  return format(page, { ...(await resolveConfig(assets.packageJson)), parser: 'markdown' });
}
