import fc from 'fast-check';
import { readLimitValues, withValues } from '../../harness/bundle/candidate.js';
import { assembleCapture } from '../../harness/bundle/capture/assemble.js';
import { parseCaptureStream } from '../../harness/bundle/capture/stream.js';
import { checkBundle } from '../../harness/bundle/check.js';
import { parseManifest } from '../../harness/bundle/manifest.js';
import { scaleBundle } from '../../harness/bundle/scale.js';
import { resolveServingUnit } from '../../harness/bundle/serving.js';
import { publishFormats } from '../../harness/contract/json-schema.js';
import type { JsonSchemaPart } from '../../harness/testing/from-json-schema.js';
import { CAPTURES } from '../inputs/capture.js';
import { manifests, storedDocuments } from '../inputs/corpus.js';
import { jsonTexts } from '../inputs/json.js';
import { mutated } from '../inputs/mutation.js';
import { hostile } from '../inputs/text.js';
import { UNIT_TEXTS, UNIT_WORDS } from '../inputs/unit.js';
import { SIZES } from './core.js';
import { reader, withCrlf } from './reader.js';

const schema = publishFormats().find(({ name }) => name.startsWith('oomdrill.bundle/'));
const manifestTexts = jsonTexts(
  [...manifests(), ...storedDocuments('bundle')],
  JSON.parse(schema?.text ?? '') as JsonSchemaPart,
);

const MANIFEST = JSON.stringify({
  description: 'a host',
  host: { memory: '24G', swap: '0', cpus: 2 },
  serving: { unit: 'a.service', port: 80, path: '/' },
});

const UNIT = 'etc/systemd/system/a.service';

/** A small bundle: its manifest, the file of its serving unit, and a drop-in of that. */
const bundles = fc.record({
  manifest: fc.oneof(fc.constant(MANIFEST), mutated([MANIFEST], SIZES)),
  unit: mutated(UNIT_TEXTS, UNIT_WORDS),
  dropIn: fc.option(mutated(['[Service]\nMemoryMax=8G\n'], UNIT_WORDS), { nil: null }),
});

type SmallBundle = typeof bundles extends fc.Arbitrary<infer T> ? T : never;

function composeBundle({ manifest, unit, dropIn }: SmallBundle) {
  const read = parseManifest(manifest, 'bundle.json');
  const files = [{ path: UNIT, text: unit }];
  if (dropIn !== null) files.push({ path: `${UNIT}.d/a.conf`, text: dropIn });
  return { name: 'a', ...read, files };
}

export const bundleReaders = [
  reader({
    name: 'manifest',
    covers: ['harness/bundle/manifest.ts parseManifest'],
    inputs: manifestTexts,
    read: (text) => parseManifest(text, 'bundle.json'),
    alike: { 'with CRLF': withCrlf },
    meaning: (answer) => ('value' in answer ? answer : answer.code),
  }),
  reader({
    name: 'bundle',
    covers: ['harness/bundle/serving.ts readLimits'],
    inputs: bundles,
    read(input) {
      const bundle = composeBundle(input);
      return [resolveServingUnit(bundle), checkBundle(bundle), scaleBundle(bundle, 8)];
    },
  }),
  reader({
    name: 'limit-values',
    covers: ['harness/bundle/candidate.ts readLimitValues'],
    inputs: fc.record({
      unit: mutated(UNIT_TEXTS, UNIT_WORDS),
      max: fc.oneof(fc.constantFrom(...SIZES), hostile()),
    }),
    read({ unit, max }) {
      const bundle = composeBundle({ manifest: MANIFEST, unit, dropIn: null });
      const values = readLimitValues(unit, UNIT, bundle);
      return [values, withValues(bundle, { memoryMax: max }).files];
    },
  }),
  reader({
    name: 'capture-stream',
    covers: ['harness/bundle/capture/stream.ts parseCaptureStream'],
    inputs: mutated(CAPTURES, ['== end\n', '\n== file /etc/x\n', '\n== cgroup memory.max\n', '\n|', '..', '/etc/']),
    read: (text) => assembleCapture(parseCaptureStream(text, 'stream'), { name: 'a', path: '/' }),
    alike: { 'with CRLF': withCrlf },
    must({ bundle, hostState }: ReturnType<typeof assembleCapture>) {
      for (const { path } of [...bundle.files, ...hostState])
        if (path.startsWith('/') || path.split('/').includes('..') || path.includes('\0'))
          throw new Error(`the capture would write ${path}`);
    },
  }),
];
