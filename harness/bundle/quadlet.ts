import { usageError } from '../core/errors.js';
import { readQuadlets } from '../formats/quadlets.js';
import { Unit } from '../systemd/unit.js';
import type { UnitFile } from '../systemd/unit-file.js';
import type { Bundle } from './bundle.js';

/** A quadlet that serves. */
export interface ServingQuadlet {
  /** Its files, and what Podman's generator adds, as parts of the service. */
  readonly files: readonly UnitFile[];
  /** The name of its image. */
  readonly image: string;
}

/** The quadlet whose service is the serving unit; undefined if that is none. */
export function findQuadlet({ manifest, files }: Pick<Bundle, 'manifest' | 'files'>): ServingQuadlet | undefined {
  const { unit } = manifest.serving;
  const shown = files.map(({ path, text }) => ({ path, shown: path, text }));
  const found = readQuadlets(shown).find(
    ({ service, kind, manager }) => service === unit && kind.extension === 'container' && manager === 'system',
  );
  if (!found) return undefined;
  const [fault] = found.faults.filter(({ since, upTo }) => since === undefined && upTo === undefined);
  if (fault) throw usageError('QUADLET_REFUSED', `${found.file.path}: Podman refuses it: ${fault.why}.`, fault.fix);
  const own = new Unit(found.name, found.files);
  return { files: found.files, image: own.value('X-Container', 'Image')?.value ?? '' };
}
