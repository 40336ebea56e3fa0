import fc from 'fast-check';
import { parseBytes } from '../../harness/core/bytes.js';
import { parseDuration } from '../../harness/core/duration.js';
import { parseSchemaName } from '../../harness/core/format.js';
import { parseJson } from '../../harness/core/json.js';
import { manifests } from '../inputs/corpus.js';
import { jsonTexts } from '../inputs/json.js';
import { mutated } from '../inputs/mutation.js';
import { hostile } from '../inputs/text.js';
import { reader } from './reader.js';

/** Sizes as people and systemd write them. */
export const SIZES = [
  '16G',
  '1.5G',
  '512M',
  '1G 512M',
  '0',
  'infinity',
  '100%',
  '12.55%',
  '125.5‰',
  '18446744073709551615',
];

/** Durations as people and systemd write them. */
const DURATIONS = ['10min', '1h 30min', '90s', '1.5 s', '0', '250ms', '24h', '1h30m5s'];

export const coreReaders = [
  reader({
    name: 'size',
    covers: ['harness/core/bytes.ts parseBytes'],
    inputs: fc.oneof(mutated(SIZES), hostile(SIZES)),
    read: parseBytes,
    must(bytes: number) {
      if (!(bytes >= 0)) throw new Error(`a size of ${bytes} bytes`);
    },
  }),
  reader({
    name: 'duration',
    covers: ['harness/core/duration.ts parseDuration'],
    inputs: fc.oneof(mutated(DURATIONS), hostile(DURATIONS)),
    read: parseDuration,
    must(ms: number) {
      if (!(ms >= 0 && ms <= 86_400_000)) throw new Error(`a duration of ${ms} ms`);
    },
  }),
  reader({
    name: 'json',
    covers: ['harness/core/json.ts parseJson'],
    inputs: jsonTexts(manifests()),
    read: (text: string) => parseJson(text).value,
  }),
  reader({
    name: 'schema-name',
    covers: ['harness/core/format.ts parseSchemaName'],
    inputs: fc.oneof(mutated(['oomdrill.summary/2', 'oomdrill.bundle/1']), hostile()),
    read: parseSchemaName,
  }),
];
