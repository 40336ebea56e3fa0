import t from 'tap';
import { loadBundleWithWarnings } from './load-bundle.js';

t.test('a key of bundle.json that has no effect is warned about before anything starts', async (t) => {
  const dir = t.testdir({
    etc: {},
    'bundle.json': JSON.stringify({
      schema: 'oomdrill.bundle/2',
      description: 'A web server.',
      host: { memory: '8G', swap: '0', cpus: 4 },
      serving: { unit: 'web.service', port: 80, path: '/' },
      colour: 'red',
    }),
  });
  const said: string[] = [];
  t.match(await loadBundleWithWarnings(dir, (line) => said.push(line)), { manifest: { host: { memory: '8G' } } });
  t.same(said, ['warning: bundle.json: the key colour is not known, and is ignored.']);
});
