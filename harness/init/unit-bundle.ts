import type { Bundle } from '../bundle/bundle.js';
import { checkUnitFile } from '../bundle/check.js';
import type { KnownProbe } from '../bundle/known-probe.js';
import { checkManifest, type Manifest } from '../bundle/manifest.js';
import { readLimits } from '../bundle/serving.js';
import { type Bytes, parseBytes } from '../core/bytes.js';
import { withoutUndefined } from '../core/defined.js';
import { parseUnitFile } from '../systemd/unit-file.js';
import { listBundleNeeds } from './bundle-needs.js';
import { type ChosenBundle, newBundlePath } from './chosen-bundle.js';
import { chooseHost, type Host, type HostOptions } from './host.js';
import { plainName } from './plain-name.js';
import { readService, type ServiceFiles } from './unit-files.js';

/** What a unit file does not say. */
export interface UnitFacts extends HostOptions {
  /** Of the address at which the server answers. */
  readonly port: number;
  readonly path: string;
  /** How it is asked; by plain HTTP if undefined. */
  readonly known?: KnownProbe | undefined;
  /** Debian packages that bring what the unit starts. */
  readonly packages: readonly string[];
}

/**
 * Makes a bundle of a unit file, with the drop-ins and slices next to it.
 *
 * @param thisHost what is assumed of the real host where the caller says nothing
 * @throws OomdrillError those of `readService`, and `MEMORY_VALUE`, `UNIT_VALUE`, `LIMITS_CONTRADICT`, `VALUE_INVALID`,
 *   `BUNDLE_MANIFEST`
 */
export async function createUnitBundle(file: string, facts: UnitFacts, thisHost: Host): Promise<ChosenBundle> {
  const service = await readService(file);
  const unit = service.name.full;
  const host = chooseHost(facts, thisHost);
  checkFiles(service, parseBytes(host.memory));
  const { port, known, packages } = facts;
  const serving = { unit, port, path: facts.path, probe: known && withoutUndefined(known.probe) };
  const given: Manifest = { description: `${unit}, as in its unit file.`, host, serving };
  if (packages.length > 0) given.packages = [...packages];
  const { manifest } = checkManifest(given, 'bundle.json');
  const bundle: Bundle = {
    name: plainName(unit.replace(/\.service$/, '')),
    manifest,
    files: service.files.map(({ path, text }) => ({ path, text })),
  };
  const path = newBundlePath(bundle.name);
  const needs = [...listBundleNeeds(bundle), ...(known?.needs ?? []), ...listAssumptions(host, facts)];
  return { bundle, path, origin: { kind: 'made' }, needs };
}

/** Checks the files under the names by which the caller knows them. */
function checkFiles({ unit, files }: ServiceFiles, hostMemory: Bytes): void {
  for (const { text, shown } of files) checkUnitFile(parseUnitFile(text, shown), hostMemory);
  readLimits(unit, 'Service', hostMemory);
}

/** Says that the host's size was not given; nothing if it was. */
function listAssumptions({ memory, swap }: Host, { hostMemory, swap: givenSwap }: HostOptions): string[] {
  if (hostMemory !== undefined && givenSwap !== undefined) return [];
  return [
    `bundle.json has ${memory} of memory and ${swap} of swap, as this machine: correct them if the real host has others.`,
  ];
}
