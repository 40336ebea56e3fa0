import { dig, itemsOf, type Located, scalarOf } from './located.js';
import type { ReadYaml } from './yaml-files.js';

/** An object of Kubernetes, as a manifest has it. */
export interface KubernetesObject {
  readonly kind: string;
  /** Its kind and name: `Deployment web`. */
  readonly name: string;
  readonly namespace: string;
  readonly value: Located;
}

/** Every object in the manifests of a tree: of several documents, and of lists. */
export function readObjects(yaml: readonly ReadYaml[]): KubernetesObject[] {
  return yaml.flatMap(({ documents }) => documents.flatMap((document) => listObjects(document, 0)));
}

/** Lists in lists; no tool writes them. */
const MAX_LISTS = 5;

function listObjects(value: Located, depth: number): KubernetesObject[] {
  const kind = scalarOf(dig(value, 'kind'));
  if (kind === undefined || dig(value, 'apiVersion') === undefined || depth > MAX_LISTS) return [];
  const items = dig(value, 'items');
  if (kind.endsWith('List') && items) return itemsOf(items).flatMap((item) => listObjects(item, depth + 1));
  const name = scalarOf(dig(value, 'metadata', 'name')) ?? scalarOf(dig(value, 'metadata', 'generateName'));
  return [
    {
      kind,
      name: name === undefined ? kind : `${kind} ${name}`,
      namespace: scalarOf(dig(value, 'metadata', 'namespace')) ?? '',
      value,
    },
  ];
}
