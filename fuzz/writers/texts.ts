import { spawnSync } from 'node:child_process';
import { inflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { parse } from 'yaml';
import { formatBytes, parseBytes, renderBytes } from '../../harness/core/bytes.js';
import { printable } from '../../harness/core/printable.js';
import { shellQuote, shellWord } from '../../harness/core/shell.js';
import { yamlText } from '../../harness/init/pipeline/pipeline.js';
import { renderString } from '../../harness/init/source.js';
import { pack } from '../../harness/report/html/pack.js';
import { scaleMemoryValue } from '../../harness/systemd/memory-value.js';
import { unescapeUnitName } from '../../harness/systemd/specifiers.js';
import { escapeUnitName } from '../../harness/systemd/unit-name.js';
import { mustBeSame } from '../answer.js';
import { mutated } from '../inputs/mutation.js';
import { asUtf8, hostile } from '../inputs/text.js';
import { SIZES } from '../readers/core.js';
import { writer } from './writer.js';

/** No shell and no kernel takes a zero byte in an argument, and none passes on half a character. */
const words = fc.array(
  hostile().map((text) => asUtf8(text.replaceAll('\0', '').slice(0, 2_000))),
  { maxLength: 20 },
);

const UNITS = fc.nat({ max: 2 ** 31 - 1 }).chain((size) => fc.nat({ max: 20 }).map((power) => size * 2 ** power));

export const textWriters = [
  writer({
    name: 'shell-words',
    covers: ['harness/core/shell.ts shellQuote', 'harness/core/shell.ts shellWord'],
    inputs: words,
    write: (each) => each.flatMap((word) => [shellQuote(word), word === '' ? "''" : shellWord(word)]).join(' '),
    readBack(line, each) {
      const { stdout } = spawnSync('sh', ['-c', `printf '%s\\0' ${line}`], { encoding: 'utf8' });
      const expected = each.flatMap((word) => [word, word]);
      if (each.length > 0) mustBeSame(expected, stdout.split('\0').slice(0, -1), 'from the shell');
    },
  }),
  writer({
    name: 'yaml-text',
    covers: ['harness/init/pipeline/pipeline.ts yamlText'],
    inputs: hostile(),
    write: (text) => `key: ${yamlText(text)}\n`,
    readBack: (line, text) => mustBeSame({ key: text }, parse(line), 'from YAML'),
  }),
  writer({
    name: 'source-string',
    covers: ['harness/init/source.ts renderString'],
    inputs: hostile(),
    write: renderString,
    readBack: (literal, text) => mustBeSame(text, new Function(`return ${literal}`)(), 'from JavaScript'),
  }),
  writer({
    name: 'unit-name',
    covers: ['harness/systemd/unit-name.ts escapeUnitName'],
    inputs: hostile().map(asUtf8),
    write: escapeUnitName,
    readBack: (name, text) => mustBeSame(text, unescapeUnitName(name), 'unescaped'),
  }),
  writer({
    name: 'size',
    covers: ['harness/core/bytes.ts renderBytes', 'harness/core/bytes.ts formatBytes'],
    inputs: UNITS,
    write: (bytes) => `${renderBytes(bytes)} ${formatBytes(bytes)}`,
    readBack: (text, bytes) => mustBeSame(bytes, parseBytes(text.split(' ')[0] ?? ''), 'from the size'),
  }),
  writer({
    name: 'scaled-size',
    covers: ['harness/systemd/memory-value.ts scaleMemoryValue'],
    inputs: fc.oneof(mutated(SIZES), hostile(SIZES)),
    write: (text) => scaleMemoryValue(text, 8, 24 * 1024 ** 3),
    readBack(scaled, text) {
      if (scaled !== text) parseBytes(scaled);
    },
  }),
  writer({
    name: 'packed-data',
    covers: ['harness/report/html/pack.ts pack'],
    inputs: fc.dictionary(fc.string(), fc.oneof(hostile().map(printable), fc.double(), fc.constant(null))),
    write: (data) => pack(data as never),
    readBack: (packed, data) =>
      mustBeSame(JSON.stringify(data), inflateRawSync(Buffer.from(packed, 'base64')).toString(), 'unpacked'),
  }),
];
