import type { Bundle } from '../bundle/bundle.js';

/** The bundle of the new folder. */
export interface ChosenBundle {
  readonly bundle: Bundle;
  /** Its path relative to the new folder. */
  readonly path: string;
  /** Whether its files are `made` here, or it is `copied` from a folder, or is `there` already. */
  readonly origin: { readonly kind: 'made' | 'there' } | { readonly kind: 'copied'; readonly from: string };
  /** What must be done before it can be drilled, in sentences. */
  readonly needs: readonly string[];
}

/** Path of a new bundle relative to the new folder. */
export const newBundlePath = (name: string): string => `bundles/${name}`;
