import { readFile } from 'node:fs/promises';
import t from 'tap';
import { program } from '../cli.js';
import { formatMarkdown } from '../testing/markdown.js';
import { commandsPage } from './commands-page.js';
import { addCompletion } from './completion.js';

t.test('docs/commands.md is what --help says', async (t) => {
  const page = await readFile(new URL('../../docs/commands.md', import.meta.url), 'utf8');
  const oomdrill = program('0');
  addCompletion(oomdrill);
  t.equal(page, await formatMarkdown(commandsPage(oomdrill)), 'npm run generate');
  t.match(page, /^## oomdrill image rm$/m, 'commands of commands too');
  t.match(page, /^Exit status:$/m, 'and what stands below the options');
});
