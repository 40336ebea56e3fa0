import { type Located, type LocatedFault, parseLocated } from './located.js';
import type { FileInTree } from './unit-in-tree.js';

/** A YAML or JSON file of a tree, as it was read. */
export interface ReadYaml {
  readonly file: FileInTree;
  readonly documents: readonly Located[];
  readonly fault: LocatedFault | undefined;
}

/** Names of files that are in YAML, or in JSON, which is YAML as well. */
const YAML_NAME = /\.(?:ya?ml|json)$/;

/** Files whose readers are elsewhere. */
const NOT_OURS = /(?:^|\/)(?:daemon|bundle|oomdrill-lint|package|package-lock|tsconfig)\.json$/;

/** Kubelets' settings need not have the name of a YAML file: drop-ins end in `.conf`. */
export const HOLDS_KUBELET = /^[ \t]*"?kind"?[ \t]*:[ \t]*"?KubeletConfiguration/m;

/** Reads every YAML and JSON file of a tree that may be about containers. */
export function readYamlFiles(files: readonly FileInTree[]): ReadYaml[] {
  return files
    .filter(({ path, text }) => (YAML_NAME.test(path) && !NOT_OURS.test(path)) || HOLDS_KUBELET.test(text))
    .map((file) => ({ file, ...parseLocated(file.text, file.shown) }));
}
