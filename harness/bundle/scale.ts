import { parseBytes, renderBytes } from '../core/bytes.js';
import { isQuadletFile } from '../formats/quadlet-kinds.js';
import { MEMORY_DIRECTIVES, scaleMemoryValue } from '../systemd/memory-value.js';
import { readBack } from '../systemd/read-back.js';
import { mapAssignments, parseUnitFile, renderUnitFile } from '../systemd/unit-file.js';
import { isUnitFile } from '../systemd/unit-search.js';
import type { Bundle, BundleFile } from './bundle.js';
import { CONTAINER_SIZES, type ServingContainer } from './container.js';
import { scalePodmanSizes } from './quadlet.js';
import { scalePodFiles } from './scale-pod.js';

/**
 * The bundle at a smaller scale: memory limits of all units, the host's memory and its swap divided by `scale`.
 *
 * Rates and counts (disk bandwidth, CPUs) do not change: the program text of a real server does not shrink with the
 * scale, so the speed at which it is faulted back in must not shrink either. The kernel's throttling depends on the
 * relative overage, so the outcomes stay the same.
 */
export function scaleBundle(bundle: Bundle, scale: number): Bundle {
  const { host, serving } = bundle.manifest;
  const divide = (text: string) => renderBytes(Math.floor(parseBytes(text) / scale));
  return {
    ...bundle,
    manifest: {
      ...bundle.manifest,
      host: { ...host, memory: divide(host.memory), swap: divide(host.swap) },
      serving: { ...serving, container: serving.container && scaleContainer(serving.container, divide) },
    },
    files: (serving.pod ? scalePodFiles(bundle, serving.pod, scale) : bundle.files).map((file) =>
      scaleFile(file, scale, parseBytes(host.memory)),
    ),
  };
}

function scaleContainer(container: ServingContainer, divide: (text: string) => string): ServingContainer {
  const scaled = { ...container };
  for (const key of CONTAINER_SIZES) {
    const text = container[key];
    if (text !== undefined && text !== '-1') scaled[key] = divide(text);
  }
  return scaled;
}

function scaleFile(file: BundleFile, scale: number, hostMemory: number): BundleFile {
  if (!isUnitFile(file) && !isQuadletFile(file)) return file;
  const isQuadlet = isQuadletFile(file);
  const scaled = mapAssignments(parseUnitFile(file.text, file.path), ({ key, value }) => {
    if (MEMORY_DIRECTIVES.has(key)) return scaleMemoryValue(value, scale, hostMemory);
    return isQuadlet ? scalePodmanSizes({ key, value }, scale) : undefined;
  });
  return { ...file, text: renderUnitFile(readBack(scaled)) };
}
