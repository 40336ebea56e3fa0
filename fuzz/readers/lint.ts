import fc from 'fast-check';
import type { Tree } from '../../harness/bundle/tree.js';
import type { TreeEntry } from '../../harness/bundle/tree-entry.js';
import { parseDockerSettings } from '../../harness/formats/docker-daemon.js';
import { type Amount, amountOf, compareAmounts, readAmount } from '../../harness/lint/amount.js';
import { lintTrees } from '../../harness/lint/lint.js';
import { readPattern } from '../../harness/lint/name-pattern.js';
import { readProgramNames } from '../../harness/lint/program-names.js';
import { bundleFiles, manifests } from '../inputs/corpus.js';
import { jsonTexts } from '../inputs/json.js';
import { mutated } from '../inputs/mutation.js';
import { hostile } from '../inputs/text.js';
import { UNIT_WORDS } from '../inputs/unit.js';
import { SIZES } from './core.js';
import { reader, withCrlf } from './reader.js';

const PATTERNS = [
  '(^|/)(node|ugrep)$',
  '^(sshd|systemd)$',
  '[[:alpha:]]+{2,3}',
  '(a|b)*c',
  '(.|.|.|.)*!',
  '((a*)*)*b',
  'a{1,30}{1,30}',
  '[]a]',
  '\\.',
];
const PATTERN_WORDS = ['(', ')', '|', '*', '+', '?', '.', '{1,1000}', '[[:digit:]]', '[^', ']', '^', '$', '\\'];

const EARLYOOM = [
  ...bundleFiles().flatMap(({ path, text }) => (path === 'etc/default/earlyoom' ? [text] : [])),
  `EARLYOOM_ARGS="-m 5 -s 10 --prefer '(^|/)node$' --avoid '^(sshd)$' -S 100"\n`,
];
const EARLYOOM_WORDS = ['--prefer ', '--avoid ', '--ignore ', ' -s ', ' -S ', '"', "'", ...PATTERN_WORDS];

const DOCKER = ['{"cgroup-parent":"docker.slice","exec-opts":["native.cgroupdriver=systemd"]}', '{}'];

const SUPPRESSIONS = ['{"ignore":[{"rule":"oom-policy","path":"etc/systemd/system/a.service","reason":"tried"}]}'];

const COMMANDS = [
  '/usr/bin/node /srv/a.js',
  '-/bin/sh -lc "cd /srv && A=1 exec node a"',
  '@/usr/bin/env A=1 earlyoom $EARLYOOM_ARGS',
];

const PLACES = [
  'etc/systemd/system/a.service',
  'etc/systemd/system/a.service.d/50-b.conf',
  'etc/systemd/system/a@.service',
  'etc/systemd/system/earlyoom.service',
  'etc/systemd/system/docker.service',
  'etc/systemd/system/docker.slice',
  'etc/systemd/system/user-.slice.d/50-memory.conf',
  'etc/systemd/user/tmux-spawn-.scope.d/50-memory.conf',
  'etc/systemd/system.conf.d/oom.conf',
  'etc/systemd/oomd.conf.d/a.conf',
  'usr/lib/systemd/system/a.service',
];

const unitTexts = bundleFiles().flatMap(({ path, text }) => (path.startsWith('etc/systemd/') ? [text] : []));

const amounts = fc
  .constantFrom('0', '1G', '16G', '0%', '50%', '500‰', '12.5%', '100%', 'infinity')
  .map((text) => amountOf('MemorySwapMax', text, undefined) ?? { bytes: 0, share: undefined });

/** A file or a link of a tree. */
const entry = (path: string, texts: fc.Arbitrary<string>): fc.Arbitrary<TreeEntry> =>
  fc.oneof(
    { arbitrary: texts.map((text) => ({ path, shown: path, kind: 'file', text }) as const), weight: 8 },
    {
      arbitrary: fc
        .constantFrom('/dev/null', 'b.service', '../x', path, 'a@.service', '')
        .map((target) => ({ path, shown: path, kind: 'link', target }) as const),
      weight: 1,
    },
  );

const trees: fc.Arbitrary<Tree> = fc
  .tuple(
    fc.subarray(PLACES, { minLength: 1, maxLength: 4 }),
    fc.option(entry('etc/default/earlyoom', mutated(EARLYOOM, EARLYOOM_WORDS)), { nil: undefined }),
    fc.option(entry('etc/docker/daemon.json', mutated(DOCKER)), { nil: undefined }),
    fc.option(entry('oomdrill-lint.json', mutated(SUPPRESSIONS)), { nil: undefined }),
    fc.option(entry('bundle.json', jsonTexts(manifests())), { nil: undefined }),
  )
  .chain(([places, ...others]) =>
    fc.tuple(...places.map((path) => entry(path, mutated(unitTexts, UNIT_WORDS)))).map((units): Tree => {
      const entries = [...units, ...others.flatMap((each) => each ?? [])];
      return {
        kind: entries.some(({ path }) => path === 'bundle.json') ? 'bundle' : 'etc',
        root: '.',
        entries,
        notRead: [],
      };
    }),
  );

const changeTexts =
  (change: (text: string) => string) =>
  (tree: Tree): Tree => ({
    ...tree,
    entries: tree.entries.map((each) => (each.kind === 'file' ? { ...each, text: change(each.text) } : each)),
  });

export const lintReaders = [
  reader({
    name: 'tree',
    covers: [
      'harness/lint/lint.ts lintTrees',
      'harness/formats/earlyoom.ts readEarlyoom',
      'harness/formats/docker-daemon.ts readDockerDaemon',
    ],
    inputs: trees,
    read: (tree) => lintTrees([tree], { paths: ['.'], strict: true }),
    alike: {
      'with CRLF': (tree) =>
        tree.entries.some((e) => e.kind === 'file' && /\r/.test(e.text)) ? tree : changeTexts(withCrlf)(tree),
      'with files in another order': (tree) => ({ ...tree, entries: tree.entries.toReversed() }),
    },
    meaning: (answer) =>
      'value' in answer
        ? (answer.value as ReturnType<typeof lintTrees>).findings
            .map(({ rule, path, line }) => [rule, path, line].join())
            .sort()
        : answer,
  }),
  reader({
    name: 'docker-settings',
    covers: ['harness/formats/docker-daemon.ts parseDockerSettings'],
    inputs: fc.oneof(mutated(DOCKER), jsonTexts(DOCKER.map((text) => JSON.parse(text)))),
    read: parseDockerSettings,
  }),
  reader({
    name: 'pattern',
    covers: ['harness/lint/name-pattern.ts readPattern'],
    inputs: fc.oneof(mutated(PATTERNS, PATTERN_WORDS), hostile(PATTERN_WORDS)),
    read: (text) => readPattern(text) !== undefined,
  }),
  reader({
    name: 'command',
    covers: ['harness/lint/program-names.ts readProgramNames', 'harness/systemd/environment-file.ts splitVariable'],
    inputs: fc.oneof(mutated(COMMANDS, ['sh -c ', 'exec ', ' && ', 'env ']), hostile(COMMANDS)),
    read: readProgramNames,
  }),
  reader({
    name: 'amount',
    covers: ['harness/lint/amount.ts readAmount'],
    inputs: fc.tuple(fc.oneof(mutated(SIZES), hostile(SIZES)), fc.option(fc.constant(2 ** 34), { nil: null })),
    read: ([text, memory]) => readAmount('MemoryMax', text, memory ?? undefined),
  }),
  reader({
    name: 'amount-order',
    covers: ['harness/lint/amount.ts compareAmounts'],
    inputs: fc.tuple(amounts, amounts),
    read: ([a, b]) => compareAmounts(a, b),
    alike: { 'the other way round': ([a, b]): [Amount, Amount] => [b, a] },
    meaning: (answer) => ('value' in answer && answer.value !== undefined ? Math.abs(answer.value as number) : answer),
  }),
];
