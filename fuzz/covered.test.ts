import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { publishFormats } from '../harness/contract/json-schema.js';
import { assets } from '../harness/core/assets.js';
import { LINT_REPORTERS } from '../harness/report/lint-reporters.js';
import { REPORTERS } from '../harness/report/reporters.js';
import { PROPERTIES } from './properties.js';

// A new reader, writer, reporter or format without a property fails here: by its name, which begins with what it does.

/** Functions that read or write by their names, and that no property is about, by the reason. */
const NOT_FUZZED: Readonly<Record<string, readonly string[]>> = {
  'asks this host, its kernel or a machine, and reads nothing that someone wrote': [
    'harness/core/swap.ts readSwapBytes',
    'harness/core/version.ts readOwnPackage',
    'harness/core/version.ts readVersion',
    'harness/drill/guest/effect.ts readEffect',
    'harness/drill/guest/evidence.ts readJournal',
    'harness/drill/guest/evidence.ts readVersions',
    'harness/drill/guest/unit-end.ts readUnitEnd',
    'harness/drill/standing.ts readCacheBytes',
    'harness/init/host.ts readThisHost',
    'harness/machine/accelerator.ts readKnownAccelerator',
    'harness/machine/accelerator.ts readQemuVersion',
    'harness/machine/free-memory.ts readAvailableBytes',
    'harness/machine/panic.ts readPanic',
    'harness/machine/process.ts readStatFields',
    'harness/observe/host.ts readHostFacts',
    'harness/observe/run-delay.ts readThreads',
    'harness/report/html/page-assets.ts readPageAssets',
  ],
  'writes a page or a file from our own tables alone': [
    'harness/campaign/catalogue-page.ts renderCataloguePage',
    'harness/command/settings/config-types.ts renderConfigTypes',
    'harness/contract/formats-page.ts renderFormatsPage',
    'harness/lint/page.ts renderLintPage',
    'harness/report/reporters-page.ts renderReportersPage',
    'harness/verdict/manual.ts renderOutcomeSections',
    'harness/workload/t3/unit.ts renderT3ServeUnit',
  ],
  'is the whole or a part of what a property is about': [
    'harness/bundle/serving.ts readUnit',
    'harness/campaign/library.ts readBundle',
    'harness/command/part-flags.ts readPartFlags',
    'harness/command/read-parts.ts readParts',
    'harness/command/remember.ts readPast',
    'harness/command/run.ts readGuests',
    'harness/command/run.ts readRunSettings',
    'harness/command/saved-files.ts readSavedFiles',
    'harness/core/bytes.ts renderWholeMib',
    'harness/core/hint.ts renderHint',
    'harness/core/read-text-file.ts readTextFile',
    'harness/core/read-text-file.ts readTextFileIfThere',
    'harness/history/file.ts readNamedHistory',
    'harness/init/source.ts renderProperty',
    'harness/lint/subject.ts renderLimit',
    'harness/lint/subject.ts renderLimitOfUnit',
    'harness/report/github.ts renderGithub',
    'harness/report/html/latency.ts renderLatency',
    'harness/report/html/section.ts renderBadge',
    'harness/report/html/section.ts renderDrill',
    'harness/report/html/timings.ts renderTimingsTable',
    'harness/report/junit.ts renderJunit',
    'harness/report/lint-terminal.ts renderLint',
    'harness/report/markdown.ts renderMarkdown',
    'harness/report/openmetrics.ts renderOpenMetrics',
    'harness/report/sarif.ts renderSarif',
    'harness/report/table.ts renderTable',
    'harness/report/tap.ts renderTap',
    'harness/report/terminal.ts renderRuns',
    'harness/systemd/read-back.ts readBack',
    'harness/systemd/read-back.ts readBackError',
  ],
};

const NAME = /^export (?:async )?(?:function|const) ((?:parse|read|render)[A-Z]\w*)/gm;

/** The readers and writers of the program, as `PATH NAME`. */
function listFunctions(): string[] {
  const dir = join(assets.root, 'harness');
  const files = readdirSync(dir, { recursive: true, encoding: 'utf8' }).filter(
    (name) => name.endsWith('.ts') && !name.endsWith('.test.ts') && !name.startsWith('testing/'),
  );
  return files.flatMap((name) => {
    const text = readFileSync(join(dir, name), 'utf8');
    return [...text.matchAll(NAME)].map(([, found]) => `harness/${name} ${found}`);
  });
}

t.test('each reader and writer has a property, or a reason why not', async (t) => {
  const covered = new Set(PROPERTIES.flatMap(({ covers }) => covers));
  const excused = Object.values(NOT_FUZZED).flat();
  const wanted = [
    ...listFunctions(),
    ...REPORTERS.map(({ name }) => `reporter ${name}`),
    ...LINT_REPORTERS.map(({ name }) => `lint reporter ${name}`),
    ...publishFormats().map(({ name }) => `format ${name}`),
  ];
  t.same(wanted.filter((each) => !covered.has(each) && !excused.includes(each)).sort(), []);
  t.same(
    excused.filter((each) => !wanted.includes(each) || covered.has(each)),
    [],
    'no reason too many',
  );
});

t.test('what properties are about is there', async (t) => {
  const isThere = (cover: string) => {
    const [path = '', name] = cover.split(' ');
    if (!path.startsWith('harness/')) return true;
    return new RegExp(`^export .*\\b${name}\\b`, 'm').test(readFileSync(join(assets.root, path), 'utf8'));
  };
  t.same(
    PROPERTIES.flatMap(({ covers }) => covers).filter((cover) => !isThere(cover)),
    [],
  );
});
