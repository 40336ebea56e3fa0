import { BUNDLE_SCHEMA, type Manifest } from './manifest.js';

/** A file of a bundle: its path below the root, without a leading slash, and its text. */
export interface BundleFile {
  readonly path: string;
  readonly text: string;
}

/** What a service is made of besides its containment: programs, data, links. Neither read nor scaled, only copied. */
export interface RootTree {
  /** The folder that is laid over the guest's root. */
  readonly dir: string;
  /** Everything in it but folders, below it and without a leading slash. */
  readonly paths: readonly string[];
}

/** A containment bundle: a tree laid out as on the host, and what must be known of that host. */
export interface Bundle {
  readonly name: string;
  readonly manifest: Manifest;
  readonly files: readonly BundleFile[];
  readonly root?: RootTree;
  /** Keys of bundle.json that are not known, and were passed over. */
  readonly unknownKeys?: readonly string[] | undefined;
}

/** Where unit files of the administrator stand (systemd.unit(5)). */
export const UNIT_DIR = 'etc/systemd/system';

/** Where those for every user's own manager stand (systemd.unit(5), "User Unit Search Path"). */
export const USER_UNIT_DIR = 'etc/systemd/user';

/** Every file of a bundle, bundle.json included, by its path below the bundle's folder. */
export function listBundleFiles({ manifest, files }: Bundle): readonly { path: string; text: string }[] {
  return [
    { path: 'bundle.json', text: `${JSON.stringify({ schema: BUNDLE_SCHEMA, ...manifest }, null, 2)}\n` },
    ...files,
  ];
}
