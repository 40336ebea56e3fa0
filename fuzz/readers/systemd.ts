import fc from 'fast-check';
import { readPodLimit, readQuadletContainer } from '../../harness/formats/quadlet-container.js';
import { readQuadlets } from '../../harness/formats/quadlets.js';
import { setDirective } from '../../harness/systemd/directive.js';
import { parseEnvironmentFile } from '../../harness/systemd/environment-file.js';
import { readDefaultOomPolicy, readSettings } from '../../harness/systemd/manager-conf.js';
import { parseMemoryValue } from '../../harness/systemd/memory-value.js';
import { parseLimit, parseShow } from '../../harness/systemd/show.js';
import { expandSpecifiers } from '../../harness/systemd/specifiers.js';
import { parseTimeSpan } from '../../harness/systemd/time-span.js';
import { parseUnitFile, readUnitFile, renderUnitFile, type UnitFile } from '../../harness/systemd/unit-file.js';
import { parseUnitName } from '../../harness/systemd/unit-name.js';
import { QUADLET_CASES } from '../../harness/testing/quadlet-cases.js';
import { bundleFiles } from '../inputs/corpus.js';
import { mutated } from '../inputs/mutation.js';
import { hostile } from '../inputs/text.js';
import { UNIT_TEXTS, UNIT_WORDS } from '../inputs/unit.js';
import { SIZES } from './core.js';
import { reader, withCrlf } from './reader.js';

const UNIT_NAMES = [
  'web@blue.service',
  'a.service',
  'user-1000.slice',
  'web@.service',
  '-.slice',
  'tmux-spawn-1.scope',
];

const ENVIRONMENT_FILES = [
  ...bundleFiles().flatMap(({ path, text }) => (/\.env$|default\/earlyoom$/.test(path) ? [text] : [])),
  'A=1\nB="two words" \'and more\'\n# no\nC=a\\\nb\nD=\\$x\n',
];

const SHOWN = [
  'MemoryMax=17179869184\nMemoryHigh=infinity\nExecStart={ path=/bin/a ; argv[]=/bin/a -x ; }\nMemoryMax=1\n',
];

/** What is assigned where, without the text it was written as. */
const assignments = ({ sections }: UnitFile) =>
  sections.map(({ name, items }) => [
    name,
    items.flatMap((item) => (item.kind === 'assignment' ? [[item.key, item.value, item.line]] : [])),
  ]);

const QUADLETS = Object.values(QUADLET_CASES).flatMap((files) => Object.values(files));
const QUADLET_PATHS = Object.values(QUADLET_CASES).flatMap((files) => Object.keys(files));
const TIME_SPANS = ['30s', '1h 30min', '1.5', '2M', '200ms', 'infinity', '5us', '12.34 .56'];

export const systemdReaders = [
  reader({
    name: 'unit-file',
    covers: ['harness/systemd/unit-file.ts parseUnitFile', 'harness/systemd/unit-file.ts renderUnitFile'],
    inputs: mutated(UNIT_TEXTS, UNIT_WORDS),
    read: (text) => parseUnitFile(text, 'a.service'),
    must(file: UnitFile, text) {
      if (renderUnitFile(file) !== text) throw new Error('the file is not rendered as it was written');
    },
  }),
  reader({
    name: 'unit-file-leniently',
    covers: ['harness/systemd/unit-file.ts readUnitFile'],
    inputs: mutated(UNIT_TEXTS, UNIT_WORDS),
    read: (text) => readUnitFile(text, 'a.service'),
    alike: { 'with CRLF': (text) => (/\r/.test(text) ? text : withCrlf(text)) },
    meaning: (answer) =>
      'value' in answer ? assignments((answer.value as ReturnType<typeof readUnitFile>).file) : answer,
  }),
  reader({
    name: 'unit-name',
    covers: ['harness/systemd/unit-name.ts parseUnitName'],
    inputs: fc.oneof(mutated(UNIT_NAMES), hostile(UNIT_NAMES)),
    read: parseUnitName,
  }),
  reader({
    name: 'specifiers',
    covers: ['harness/systemd/specifiers.ts expandSpecifiers', 'harness/systemd/specifiers.ts unescapeUnitName'],
    inputs: fc.tuple(hostile(['%i', '%I', '%n', '%f', '%j', '%J', '%%', '%H', '\\x2d']), mutated(UNIT_NAMES)),
    read: ([text, name]) => expandSpecifiers(text, name),
  }),
  reader({
    name: 'memory-value',
    covers: ['harness/systemd/memory-value.ts parseMemoryValue'],
    inputs: fc.oneof(mutated(SIZES), hostile(SIZES)),
    read: (text) => parseMemoryValue(text, 24 * 1024 ** 3, { path: 'a.service', line: 1, key: 'MemoryMax' }),
    must(bytes: number) {
      if (!(bytes >= 0)) throw new Error(`a limit of ${bytes} bytes`);
    },
  }),
  reader({
    name: 'quadlet',
    covers: [
      'harness/formats/quadlet.ts readQuadlet',
      'harness/formats/quadlets.ts readQuadlets',
      'harness/formats/quadlet-container.ts readQuadletContainer',
      'harness/formats/quadlet-container.ts readPodLimit',
    ],
    inputs: fc.array(
      fc.record({
        path: fc.constantFrom(...QUADLET_PATHS).map((path) => `etc/containers/systemd/${path}`),
        shown: fc.constantFrom('a', 'b'),
        text: mutated(QUADLETS, UNIT_WORDS),
      }),
      { maxLength: 4 },
    ),
    read: (files) =>
      readQuadlets(files).map((each) => [each.service, readQuadletContainer(each), readPodLimit(each)] as const),
    must(quadlets: [string, ...unknown[]][]) {
      for (const [service] of quadlets)
        if (!service.endsWith('.service')) throw new Error(`a service with the name ${service}`);
    },
  }),
  reader({
    name: 'time-span',
    covers: ['harness/systemd/time-span.ts parseTimeSpan'],
    inputs: fc.oneof(mutated(TIME_SPANS), hostile(TIME_SPANS)),
    read: parseTimeSpan,
    must(seconds: number | undefined) {
      if (seconds !== undefined && !(seconds >= 0)) throw new Error(`a span of ${seconds} s`);
    },
  }),
  reader({
    name: 'environment-file',
    covers: ['harness/systemd/environment-file.ts parseEnvironmentFile'],
    inputs: mutated(ENVIRONMENT_FILES),
    read: parseEnvironmentFile,
  }),
  reader({
    name: 'systemctl-show',
    covers: ['harness/systemd/show.ts parseShow', 'harness/systemd/show.ts parseLimit'],
    inputs: mutated(SHOWN, SIZES),
    read: (text) => Object.entries(parseShow(text)).map(([key, value]) => [key, value, parseLimit(value)]),
  }),
  reader({
    name: 'manager-conf',
    covers: ['harness/systemd/manager-conf.ts readSettings', 'harness/systemd/manager-conf.ts readDefaultOomPolicy'],
    inputs: fc.array(
      fc.record({
        path: fc.constantFrom(
          'etc/systemd/system.conf',
          'etc/systemd/system.conf.d/a.conf',
          'etc/systemd/system.conf.d/b.conf',
        ),
        text: mutated(
          ['[Manager]\nDefaultOOMPolicy=continue\n', '[Manager]\nDefaultMemoryAccounting=yes\n'],
          UNIT_WORDS,
        ),
      }),
      { maxLength: 3 },
    ),
    read: (files) => [readSettings('system', files).files, readDefaultOomPolicy(files, 'system')],
  }),
  reader({
    name: 'directive-that-was-set',
    covers: ['harness/systemd/directive.ts setDirective'],
    inputs: fc.record({
      text: mutated(UNIT_TEXTS, UNIT_WORDS),
      key: fc.constantFrom('MemoryMax', 'OOMPolicy', 'Slice'),
      value: fc.oneof(fc.constantFrom(...SIZES), hostile()),
    }),
    read: ({ text, key, value }) => setDirective(parseUnitFile(text, 'a.service'), 'Service', key, value),
    must(file: UnitFile, { key, value }) {
      const { file: rendered } = readUnitFile(renderUnitFile(file), 'a.service');
      const services = rendered.sections.filter(({ name }) => name === 'Service');
      const items = services.flatMap((section) => section.items);
      const last = items.findLast((item) => item.kind === 'assignment' && item.key === key);
      if (last?.kind !== 'assignment' || last.value !== value)
        throw new Error(`${key} is ${JSON.stringify(last)} in the rendered file, and not ${JSON.stringify(value)}`);
    },
  }),
];
