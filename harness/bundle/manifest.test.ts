import t from 'tap';
import { checkManifest, parseManifest } from './manifest.js';

const bare = {
  description: 'd',
  host: { memory: '8G', swap: '0', cpus: 4 },
  serving: { unit: 'web.service', port: 80, path: '/' },
};

t.test('a bundle.json of version 2, with or without its version, and with a schema for editors', async (t) => {
  const sidecars = [{ unit: 'earlyoom.service', optional: true }];
  const current = { ...bare, sidecars };
  for (const text of [
    current,
    { schema: 'oomdrill.bundle/2', ...current },
    { $schema: '../schemas/bundle-2.schema.json', ...current },
  ])
    t.same(checkManifest(text, 'bundle.json'), { manifest: current, unknownKeys: [] });
});

t.test('a bundle.json of version 1', async (t) => {
  const beside = [
    { unit: 'earlyoom.service', needed: false },
    { unit: 'b.service', needed: true },
    { unit: 'c.service' },
  ];
  t.same(checkManifest({ ...bare, beside }, 'bundle.json').manifest.sidecars, [
    { unit: 'earlyoom.service', optional: true },
    { unit: 'b.service', optional: false },
    { unit: 'c.service' },
  ]);
  const both = { ...bare, beside, sidecars: [] };
  t.throws(() => checkManifest(both, 'a/bundle.json'), {
    code: 'BUNDLE_MANIFEST',
    message: /^a\/bundle\.json: beside: it is the old name of sidecars, and both are present\.$/,
  });
  t.throws(() => checkManifest({ ...bare, beside: [{ unit: 'c.service', needed: 'no' }] }, 'b'), {
    message: /sidecars\.0\.optional/,
  });
});

t.test('a bundle.json of a later version says so', async (t) => {
  t.throws(() => parseManifest(JSON.stringify({ schema: 'oomdrill.bundle/3', ...bare }), 'bundle.json'), {
    code: 'FORMAT_NEWER',
    message: /^bundle\.json has the format oomdrill\.bundle\/3, but this oomdrill reads versions 1 and 2 of it/,
  });
});

t.test('unknown keys are ignored and returned', async (t) => {
  const odd = { ...bare, sidecar: [], host: { ...bare.host, disk: 1 }, sidecars: [{ unit: 'a.service', prot: 1 }] };
  t.same(checkManifest(odd, 'bundle.json'), {
    manifest: { ...bare, sidecars: [{ unit: 'a.service' }] },
    unknownKeys: ['host.disk', 'sidecars.0.prot', 'sidecar'],
  });
  t.same(odd.host.disk, 1, 'the argument is not changed');
});

t.test('an error names the key', async (t) => {
  t.throws(() => parseManifest('{', 'b'), { code: 'BUNDLE_MANIFEST', message: /^b must be JSON: / });
  for (const [value, where] of [
    [null, 'bundle.json'],
    [{ ...bare, host: { ...bare.host, memory: '8GB' } }, 'host.memory'],
    [{ ...bare, serving: { ...bare.serving, port: 0 } }, 'serving.port'],
    [{ schema: 'oomdrill.lint/2', ...bare }, 'schema'],
  ] as const)
    t.throws(() => checkManifest(value, 'b'), { code: 'BUNDLE_MANIFEST', message: new RegExp(`^b: ${where}: `) });
});
