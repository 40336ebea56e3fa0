// Writes the generated files of the repository: the devvm's bundles, the pages of the catalogue, of lint, of the
// commands, of the reporters and of the formats, the man page, the JSON Schemas, and the outcomes in docs/outcomes.md.
// Tests fail when they are stale.
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { convert } from '@asciidoctor/core';
import { format, resolveConfig } from 'prettier';
import { writeBundle } from '../dist/harness/bundle/write.js';
import { loadScenarios } from '../dist/harness/campaign/catalogue.js';
import { renderCataloguePage } from '../dist/harness/campaign/catalogue-page.js';
import { program } from '../dist/harness/cli.js';
import { commandsPage } from '../dist/harness/command/commands-page.js';
import { addCompletion } from '../dist/harness/command/completion.js';
import { MAN_PAGE_OPTIONS, manPageSource, releaseDate } from '../dist/harness/command/man-page.js';
import { renderConfigTypes } from '../dist/harness/command/settings/config-types.js';
import { renderFormatsPage } from '../dist/harness/contract/formats-page.js';
import { publishFormats } from '../dist/harness/contract/json-schema.js';
import { readVersion } from '../dist/harness/core/version.js';
import { RULES } from '../dist/harness/lint/catalogue.js';
import { renderLintPage } from '../dist/harness/lint/page.js';
import { suppressionRule } from '../dist/harness/lint/suppress.js';
import { LINT_REPORTERS } from '../dist/harness/report/lint-reporters.js';
import { REPORTERS } from '../dist/harness/report/reporters.js';
import { renderReportersPage } from '../dist/harness/report/reporters-page.js';
import { replaceOutcomeSections } from '../dist/harness/verdict/manual.js';
import { DEVVM_BUNDLES } from '../dist/harness/workload/t3/devvm.js';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const bundles = join(root, 'fixtures', 'bundles');
for (const bundle of DEVVM_BUNDLES) await writeBundle(bundle, bundles);

const style = { ...(await resolveConfig(join(root, 'package.json'))), parser: 'markdown' };
const writePage = async (name, page) => writeFile(join(root, 'docs', name), await format(page, style));

await writePage('catalogue.md', await renderCataloguePage(await loadScenarios()));
await writePage('lint.md', renderLintPage([...RULES, suppressionRule]));
await writePage('outcomes.md', replaceOutcomeSections(await readFile(join(root, 'docs', 'outcomes.md'), 'utf8')));
const oomdrill = program('0');
addCompletion(oomdrill);
await writePage('commands.md', commandsPage(oomdrill));
await writeFile(join(root, 'harness', 'config', 'options.ts'), renderConfigTypes(oomdrill));
const version = await readVersion();
const date = releaseDate(await readFile(join(root, 'CHANGELOG.md'), 'utf8'), version);
const manPage = await convert(manPageSource(oomdrill, { version, date }), MAN_PAGE_OPTIONS);
await mkdir(join(root, 'man'), { recursive: true });
await writeFile(join(root, 'man', 'oomdrill.1'), `${manPage}\n`);
await writePage('reporters.md', renderReportersPage(REPORTERS, LINT_REPORTERS));
const schemas = join(root, 'schemas');
await rm(schemas, { recursive: true, force: true });
await mkdir(schemas);
const formats = publishFormats();
for (const { fileName, text } of formats) await writeFile(join(schemas, fileName), text);
await writePage('formats.md', renderFormatsPage(formats));
