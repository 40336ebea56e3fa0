import t from 'tap';
import { checkManifest, describeUnknownKey, parseManifest } from './manifest.js';

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
    message: 'a/bundle.json: beside is the old name of sidecars, and both are present.',
  });
  t.throws(() => checkManifest({ ...bare, beside: [{ unit: 'c.service', needed: 'no' }] }, 'b'), {
    message: 'b: sidecars.0.optional must be true or false (got "no").',
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

t.test('how long a server may take until it answers', async (t) => {
  const ready = (readyWithin: unknown) => ({
    ...bare,
    serving: { ...bare.serving, readyWithin },
    sidecars: [{ unit: 'db.service', readyWithin }],
  });
  t.match(checkManifest(ready('1min 30s'), 'b').manifest, ready('1min 30s'));
  for (const wrong of ['0', 'soon', '25h', '-1s', '0.0001ms'])
    t.throws(() => checkManifest(ready(wrong), 'b'), {
      code: 'BUNDLE_MANIFEST',
      message: /^b: serving\.readyWithin must be a duration above 0 and of at most 24h, such as 90s or 5min \(got /,
    });
});

t.test('an error names the key', async (t) => {
  t.throws(() => parseManifest('{', 'b'), { code: 'BUNDLE_MANIFEST', message: /^b must be JSON: / });
  const { host: _, ...hostless } = bare;
  const { serving } = bare;
  for (const [value, message] of [
    [null, 'b: the whole file must be an object (got null).'],
    [hostless, 'b: host is missing.'],
    [
      { ...bare, host: { ...bare.host, memory: '8GB' } },
      'b: host.memory must be a size above 0, such as 16G (got "8GB").',
    ],
    [{ ...bare, host: { ...bare.host, cpus: 0 } }, 'b: host.cpus must be above 0 (got 0).'],
    [{ ...bare, host: { ...bare.host, cpus: 1.5 } }, 'b: host.cpus must be a whole number (got 1.5).'],
    [{ ...bare, serving: { ...serving, port: 0 } }, 'b: serving.port must be at least 1 (got 0).'],
    [{ ...bare, serving: { ...serving, port: 65_536 } }, 'b: serving.port must be at most 65535 (got 65536).'],
    [{ ...bare, serving: { ...serving, path: 'x' } }, 'b: serving.path must begin with / (got "x").'],
    [
      { ...bare, serving: { ...serving, unit: 'web' } },
      'b: serving.unit must be the name of a service, such as web.service (got "web").',
    ],
    [{ ...bare, sidecars: {} }, 'b: sidecars must be a list.'],
    [{ schema: 'oomdrill.lint/2', ...bare }, 'b: schema must be oomdrill.bundle/2 (got "oomdrill.lint/2").'],
  ] as const)
    t.throws(() => checkManifest(value, 'b'), { code: 'BUNDLE_MANIFEST', message });
});

t.test('an unknown key is described, and an old name with the new one', async (t) => {
  t.equal(describeUnknownKey('host.disk'), 'the key host.disk is not known, and is ignored');
  const { unknownKeys } = checkManifest({ schema: 'oomdrill.bundle/2', ...bare, beside: [] }, 'b');
  t.same(unknownKeys.map(describeUnknownKey), ['the key beside is ignored: its name is now sidecars']);
});
