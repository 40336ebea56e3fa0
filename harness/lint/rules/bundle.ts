import { describeUnknownKey, managerOfServing } from '../../bundle/manifest.js';
import { parseUnitName } from '../../systemd/unit-name.js';
import type { Rule } from '../rule.js';
import { placeOfTree } from '../scene.js';

export const bundleManifest: Rule = {
  id: 'bundle-manifest',
  severity: 'error',
  title: 'A bundle.json that is not valid',
  why: 'Without it, the memory of the host and the serving unit are not known.',
  source: 'docs/bundles.md',
  fix: 'Correct it; docs/bundles.md describes its keys.',
  *check(scene) {
    const { manifestFault } = scene;
    if (manifestFault) yield { at: placeOfTree(scene), message: manifestFault.message, fix: manifestFault.hint };
  },
};

export const bundleKey: Rule = {
  id: 'bundle-key',
  severity: 'warning',
  title: 'An unknown key in bundle.json',
  why: 'oomdrill ignores it: the intended setting has no effect on a drill.',
  source: 'docs/bundles.md',
  fix: 'Correct its name, or remove it.',
  *check(scene) {
    for (const key of scene.unknownKeys) {
      const message = describeUnknownKey(key);
      yield { at: placeOfTree(scene), message: `${message.charAt(0).toUpperCase()}${message.slice(1)}.` };
    }
  },
};

export const servingUnitMissing: Rule = {
  id: 'serving-unit',
  severity: 'error',
  title: 'A serving unit that cannot be found',
  why: 'The limits exist to protect the serving unit. A template without an instance cannot be started.',
  source: 'docs/bundles.md, serving.unit; systemd.unit(5), templates',
  fix: 'In bundle.json, name the instance to drill, such as web@blue.service, and put its unit file into the bundle.',
  *check(scene) {
    const { manifest } = scene;
    if (!manifest) return;
    const { unit } = manifest.serving;
    if (unit === undefined) return;
    if (parseUnitName(unit)?.instance === '') {
      yield { at: placeOfTree(scene), message: `${unit} is a template without an instance.` };
      return;
    }
    const { mainPath, masked } = scene.unit(unit, managerOfServing(manifest));
    if (mainPath === undefined || masked)
      yield { at: placeOfTree(scene), message: `The bundle has no unit file for ${unit}, or it is masked.` };
  },
};
