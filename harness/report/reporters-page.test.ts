import { readFile } from 'node:fs/promises';
import t from 'tap';
import { formatMarkdown } from '../testing/markdown.js';
import { fakeReporter } from '../testing/seams/fake-reporter.js';
import { LINT_REPORTERS } from './lint-reporters.js';
import { REPORTERS } from './reporters.js';
import { renderReportersPage } from './reporters-page.js';

t.test('docs/reporters.md is up to date', async (t) => {
  const page = await readFile(new URL('../../docs/reporters.md', import.meta.url), 'utf8');
  t.equal(page, await formatMarkdown(renderReportersPage(REPORTERS, LINT_REPORTERS)), 'npm run generate');
  t.match(
    renderReportersPage([...REPORTERS, { ...fakeReporter, readBy: 'tests', checkedBy: 'nothing' }], []),
    '- `--fake-lines FILE`: for tests. Checked with nothing.',
  );
});
