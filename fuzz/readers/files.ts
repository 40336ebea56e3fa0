import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { packArchive, readArchive } from '../../harness/bundle/archive.js';
import { loadBundle } from '../../harness/bundle/load.js';
import { readTrees } from '../../harness/bundle/tree.js';
import { readPart } from '../../harness/command/read-parts.js';
import { readRecords } from '../../harness/command/read-records.js';
import { NOTHING_ACCEPTED, readBaseline } from '../../harness/history/baseline.js';
import { readHistory } from '../../harness/history/file.js';
import { readService } from '../../harness/init/unit-files.js';
import { readLedger } from '../../harness/machine/ledger-pages.js';
import { readRecord } from '../../harness/record/reader.js';
import { compose, recordText } from '../../harness/testing/record.js';
import { bytesOf, type Files, withFiles } from '../files.js';
import { bundleFiles, manifests, storedDocuments } from '../inputs/corpus.js';
import { jsonTexts } from '../inputs/json.js';
import { mutated } from '../inputs/mutation.js';
import { UNIT_TEXTS, UNIT_WORDS } from '../inputs/unit.js';
import { reader } from './reader.js';

/** Texts as bytes, some of which are not UTF-8. */
const asBytes = (texts: fc.Arbitrary<string>): fc.Arbitrary<string> => fc.oneof(texts.map(bytesOf), texts);

/** A reader of one file. */
const fileReader = (name: string, cover: string, texts: fc.Arbitrary<string>, read: (path: string) => unknown) =>
  reader({
    name: `file-of-${name}`,
    covers: [cover],
    inputs: asBytes(texts),
    read: (bytes) => withFiles({ file: bytes }, (dir) => read(join(dir, 'file'))),
  });

const RECORD = recordText(compose())
  .split('\n')
  .filter((_, index) => index < 20 || index % 60 === 0)
  .join('\n');

const BASELINE = {
  ...NOTHING_ACCEPTED,
  accepted: {
    'a on trixie': { acceptedAt: '2026-07-02T02:00:00.000Z', outcome: 'contained', figures: { longestGapMs: 1 } },
  },
};

const PAGES = [
  {
    owner: { pid: 1, startTicks: '1' },
    resources: [
      { kind: 'process', what: 'QEMU', identity: { pid: 2 ** 22 + 1, startTicks: '1' } },
      { kind: 'dir', path: '/nonexistent/oomdrill-1' },
    ],
  },
];

const bundleFolders: fc.Arbitrary<Files> = fc.record({
  'bundle/bundle.json': asBytes(jsonTexts(manifests())),
  'bundle/etc/systemd/system/t3-serve@.service': asBytes(mutated(UNIT_TEXTS, UNIT_WORDS)),
  'bundle/etc/default/earlyoom': asBytes(
    mutated(bundleFiles().flatMap(({ path, text }) => (path === 'etc/default/earlyoom' ? [text] : []))),
  ),
});

const withState = async <T>(dir: string, work: () => Promise<T>): Promise<T> => {
  const before = process.env.OOMDRILL_STATE;
  process.env.OOMDRILL_STATE = dir;
  try {
    return await work();
  } finally {
    if (before === undefined) delete process.env.OOMDRILL_STATE;
    else process.env.OOMDRILL_STATE = before;
  }
};

/** A tar archive of two files, and with which share of it which bytes are to be replaced. */
const archiveDamage = fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat({ max: 255 })), {
  maxLength: 6,
});

export const fileReaders = [
  fileReader('record', 'harness/record/reader.ts readRecord', mutated([RECORD]), readRecord),
  fileReader(
    'history',
    'harness/history/file.ts readHistory',
    mutated(['{"schema":"oomdrill.history/1"}\n']),
    readHistory,
  ),
  fileReader('baseline', 'harness/history/baseline.ts readBaseline', jsonTexts([BASELINE]), readBaseline),
  fileReader('result', 'harness/command/read-parts.ts readPart', jsonTexts(storedDocuments('summary')), readPart),
  reader({
    name: 'folder-of-bundle',
    covers: ['harness/bundle/load.ts loadBundle', 'harness/bundle/load.ts readConfiguration'],
    inputs: bundleFolders,
    read: (files) => withFiles(files, (dir) => loadBundle(join(dir, 'bundle'))),
  }),
  reader({
    name: 'folder-to-lint',
    covers: [
      'harness/bundle/tree.ts readTrees',
      'harness/bundle/tree-folder.ts readFolder',
      'harness/bundle/tree-entry.ts readEntry',
    ],
    inputs: bundleFolders,
    read: (files) => withFiles(files, (dir) => readTrees([join(dir, 'bundle')])),
  }),
  reader({
    name: 'files-of-records',
    covers: ['harness/command/read-records.ts readRecords'],
    inputs: asBytes(mutated([RECORD])),
    read: (bytes) =>
      withFiles({ good: RECORD, bad: bytes }, (dir) =>
        readRecords([join(dir, 'good'), join(dir, 'bad')], ({ header }) => header.id),
      ),
    must({ read }: { read: unknown[] }) {
      if (read[0] !== 'composed') throw new Error('a bad record hides the good one');
    },
  }),
  reader({
    name: 'folder-of-units',
    covers: ['harness/init/unit-files.ts readService'],
    inputs: fc.record({
      'a.service': asBytes(mutated(UNIT_TEXTS, UNIT_WORDS)),
      'a.service.d/b.conf': asBytes(mutated(UNIT_TEXTS, UNIT_WORDS)),
      'system.slice': asBytes(mutated(['[Slice]\nMemoryMax=8G\n'], UNIT_WORDS)),
    }),
    read: (files) => withFiles(files, (dir) => readService(join(dir, 'a.service'))),
  }),
  reader({
    name: 'ledger',
    covers: ['harness/machine/ledger-pages.ts readLedger'],
    inputs: asBytes(jsonTexts(PAGES)),
    read: (bytes) => withFiles({ 'ledger/1-a.json': bytes }, (dir) => withState(dir, readLedger)),
  }),
  reader({
    name: 'archive',
    covers: ['harness/bundle/archive.ts readArchive', 'harness/bundle/archive.ts packArchive'],
    inputs: archiveDamage,
    read: (damage) =>
      withFiles({ 'tree/a': 'one', 'tree/b/c': 'two'.repeat(1_000) }, async (dir) => {
        const file = join(dir, 'archive.tgz');
        await packArchive(join(dir, 'tree'), file);
        const bytes = readFileSync(file);
        for (const [at, value] of damage) bytes[Math.floor(at * (bytes.length - 1))] = value;
        writeFileSync(file, bytes);
        return readArchive(file);
      }),
  }),
];
