import { isPair, isScalar, type Pair, parseAllDocuments, visit } from 'yaml';
import type { Bytes } from '../core/bytes.js';
import { parseLocated } from '../formats/located.js';
import type { FilePlace } from '../formats/place.js';
import { parseQuantity } from '../formats/quantity.js';
import { HOLDS_KUBELET } from '../formats/yaml-files.js';
import type { Bundle, BundleFile } from './bundle.js';
import type { ServingPod } from './pod.js';
import { podError, readServingPod, type WrittenPod } from './pod-manifest.js';

/** Maps that say how much of each resource there is. */
const AMOUNTS: ReadonlySet<unknown> = new Set(['limits', 'requests', 'systemReserved', 'kubeReserved']);

/**
 * The files of a bundle with the memory of its pod, and what its node has reserved, divided.
 *
 * @throws OomdrillError `POD_MANIFEST` where what was written would not be in effect, as with an alias
 */
export function scalePodFiles(bundle: Pick<Bundle, 'files'>, pod: ServingPod, scale: number): readonly BundleFile[] {
  if (scale === 1) return bundle.files;
  const files = bundle.files.map((file) =>
    file.path === pod.manifest || HOLDS_KUBELET.test(file.text)
      ? { ...file, text: divideAmounts(file.text, scale) }
      : file,
  );
  const [asked, found] = [bundle, { files }].map((each) => amountsOf(readServingPod(each, pod))) as [
    Amount[],
    Amount[],
  ];
  for (const [index, { bytes, at }] of asked.entries())
    if (divide(bytes, scale) !== found[index]?.bytes)
      throw podError(
        at,
        'this amount could not be divided by the scale of the drill',
        'Write it out here: not as an alias, and not as a template.',
      );
  return files;
}

const divide = (bytes: Bytes, scale: number): Bytes => Math.floor(bytes / scale);

/** The text with nothing changed but those amounts; a text that is not YAML as it is. */
function divideAmounts(text: string, scale: number): string {
  if (parseLocated(text, '').fault) return text;
  const documents = parseAllDocuments(text, { logLevel: 'silent', uniqueKeys: false });
  const found: { readonly from: number; readonly to: number; readonly bytes: Bytes }[] = [];
  for (const document of documents)
    visit(document, {
      Pair(_, { key, value }, path) {
        if (!isScalar(key) || key.value !== 'memory' || !isScalar(value) || !value.range) return;
        const owner = [...path].reverse().find((each): each is Pair => isPair(each));
        if (!isScalar(owner?.key) || !AMOUNTS.has(owner.key.value)) return;
        const bytes = parseQuantity(String(value.source ?? value.value));
        const [from, to] = value.range;
        if (bytes !== undefined) found.push({ from, to, bytes: divide(bytes, scale) });
      },
    });
  return found.reduceRight((rest, { from, to, bytes }) => `${rest.slice(0, from)}${bytes}${rest.slice(to)}`, text);
}

interface Amount {
  readonly bytes: Bytes;
  readonly at: FilePlace;
}

/** Every amount of memory that decides something. */
function amountsOf({ pod, containers, kubelet }: WrittenPod): Amount[] {
  const stated = [
    pod.max,
    ...containers.flatMap(({ container, request }) => [container.max, request]),
    kubelet?.systemReserved,
    kubelet?.kubeReserved,
  ];
  return stated.flatMap((each) => (each?.bytes === undefined ? [] : [{ bytes: each.bytes, at: each.at }]));
}
