import type { Bundle } from '../bundle/bundle.js';
import { nameOfServing } from '../bundle/manifest.js';
import { parseUnitName } from '../systemd/unit-name.js';

/**
 * Whether two bundles differ in nothing but files of the serving unit and its drop-ins. Only for such a difference drills have shown that
 * a guest which is changed while it runs comes to the same outcome as one that starts with it.
 */
export function differsInServingUnitAlone(one: Bundle, other: Bundle): boolean {
  const name = nameOfServing(one.manifest);
  const own = [name, parseUnitName(name)?.file ?? name];
  const isOwn = (path: string) =>
    path.split('/').some((part) => own.some((unit) => part === unit || part === `${unit}.d`));
  const textOf = ({ files }: Bundle) => new Map(files.map(({ path, text }) => [path, text]));
  const [before, after] = [textOf(one), textOf(other)];
  const changed = [...new Set([...before.keys(), ...after.keys()])].filter(
    (path) => before.get(path) !== after.get(path),
  );
  return changed.every(isOwn) && JSON.stringify(one.manifest) === JSON.stringify(other.manifest);
}
