import type { Bundle } from '../bundle/bundle.js';
import { describeMissingEnvironment, describeProgram, describeUnsetVariables, listUnitNeeds } from '../bundle/needs.js';
import { resolveServingUnit } from '../bundle/serving.js';
import { parseEnvironmentFile } from '../systemd/environment-file.js';
import type { Unit } from '../systemd/unit.js';
import { renderUnitFile } from '../systemd/unit-file.js';
import { STAND_INS } from '../workload/stand-ins.js';

/**
 * Lists what a bundle may lack for its server to start in a guest, as `capture` says it.
 *
 * @throws OomdrillError those of `resolveServingUnit`
 */
export function listBundleNeeds(bundle: Bundle): string[] {
  const { unit } = resolveServingUnit(bundle);
  const text = unit.files.map(renderUnitFile).join('\n');
  const program = isStoodInFor(bundle) ? undefined : findMissingProgram(bundle, unit, text);
  return [
    ...(program === undefined ? [] : [program]),
    ...unit.values('Service', 'EnvironmentFile').flatMap((file) => findMissingVariables(bundle, file)),
    ...listUnitNeeds(text, bundle.files, isInRoot(bundle)),
  ];
}

/** Whether a server of ours takes the place of the bundle's own. */
const isStoodInFor = ({ manifest, files }: Bundle): boolean =>
  manifest.serving.standIn !== undefined ||
  STAND_INS.some(({ settingsFile }) => files.some(({ path }) => settingsFile.test(path)));

/** Whether the bundle has a file, or files in a directory, that are only copied; by the path in the guest. */
const isInRoot =
  ({ root }: Bundle) =>
  (path: string): boolean =>
    root?.paths.some((each) => `/${each}` === path || `/${each}`.startsWith(`${path}/`)) ?? false;

function findMissingProgram(bundle: Bundle, unit: Unit, text: string): string | undefined {
  const [debianPackage] = bundle.manifest.packages ?? [];
  // Someone has seen to its files.
  if (debianPackage !== undefined && bundle.root !== undefined) return undefined;
  const [command = ''] = unit.values('Service', 'ExecStart');
  // Characters before the path change how it is started (systemd.service(5), "Command lines").
  const path = command.replace(/^[-@:+!|]+/, '').split(/\s/, 1)[0] ?? '';
  return describeProgram({ path, debianPackage }, text, isInRoot(bundle));
}

/** @param setting as `EnvironmentFile=` has it: a path, which may be missing if it begins with `-` */
function findMissingVariables(bundle: Bundle, setting: string): string[] {
  if (setting.startsWith('-') || isInRoot(bundle)(setting)) return [];
  const file = bundle.files.find(({ path }) => `/${path}` === setting);
  if (file === undefined) return [describeMissingEnvironment(setting)];
  if (isStoodInFor(bundle) || parseEnvironmentFile(file.text).length > 0) return [];
  // As `capture` leaves it.
  const names = [...file.text.matchAll(/^# (\w+)=$/gm)].map(([, name = '']) => name);
  return [describeUnsetVariables(setting, names)];
}
