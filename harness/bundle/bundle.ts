import type { Manifest } from './manifest.js';

/** A file of a bundle: its path below the root, without a leading slash, and its text. */
export interface BundleFile {
  readonly path: string;
  readonly text: string;
}

/** A containment bundle: a tree laid out as on the host, and what must be known of that host. */
export interface Bundle {
  readonly name: string;
  readonly manifest: Manifest;
  readonly files: readonly BundleFile[];
}

/** Where unit files of the administrator stand (systemd.unit(5)). */
export const UNIT_DIR = 'etc/systemd/system';
