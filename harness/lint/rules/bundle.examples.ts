import { composeManifest, composeTree } from '../../testing/lint.js';
import { A, bundle, type ExamplesOf, GOOD, service, UNITS } from '../../testing/rule-examples.js';
import type * as rules from './bundle.js';

export const examples: ExamplesOf<typeof rules> = {
  bundleManifest: {
    bad: [
      { tree: composeTree({ 'bundle.json': '{', [A]: service(GOOD) }), says: /must be JSON/ },
      { tree: composeTree({ 'bundle.json': '{}', [A]: service(GOOD) }) },
      {
        tree: composeTree({ 'bundle.json': composeManifest({ memory: '24GB' }), [A]: service(GOOD) }),
        says: /host\.memory must be a size above 0/,
      },
    ],
    good: [{ tree: bundle(GOOD) }],
  },
  bundleKey: {
    bad: [
      {
        tree: composeTree({
          'bundle.json': composeManifest({}).replace('"port"', '"prot": 80, "port"'),
          [A]: service(GOOD),
        }),
        says: /key serving\.prot is not known/,
      },
      {
        tree: composeTree({
          'bundle.json': composeManifest({ sidecars: [{ unit: 'b.service', needed: 'no' }] }).replace(
            '{',
            '{ "schema": "oomdrill.bundle/2", ',
          ),
          [A]: service(GOOD),
        }),
        says: /The key sidecars\.0\.needed is ignored: its name is now optional, with the opposite value\./,
      },
      {
        tree: composeTree({ 'bundle.json': `{ "sidecar": [], ${composeManifest({}).slice(1)}`, [A]: service(GOOD) }),
        says: /key sidecar is not known/,
      },
    ],
    good: [{ tree: bundle(GOOD) }],
  },
  servingUnitMissing: {
    bad: [
      { tree: bundle(GOOD, {}, { unit: 'b.service' }), says: /no unit file for b\.service/ },
      {
        tree: bundle(GOOD, { [`${UNITS}/b@.service`]: service('') }, { unit: 'b@.service' }),
        says: /template without an instance/,
      },
      { tree: bundle(GOOD, { [`${UNITS}/b.service`]: '-> /dev/null' }, { unit: 'b.service' }) },
    ],
    good: [
      { tree: bundle(GOOD) },
      { tree: bundle(GOOD, { [`${UNITS}/b@.service`]: service('') }, { unit: 'b@c.service' }) },
    ],
  },
};
