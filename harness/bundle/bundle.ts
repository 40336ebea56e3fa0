import { BUNDLE_SCHEMA, type Manifest, managerOfServing } from './manifest.js';

/** A file of a bundle: its path below the root, without a leading slash, and its text. */
export interface BundleFile {
  readonly path: string;
  readonly text: string;
}

/** Files of a service besides its containment: programs, data, links. They are neither read nor scaled, only copied. */
export interface RootTree {
  /** The folder that is copied over the guest's root. */
  readonly dir: string;
  /** Paths of everything in it except folders, relative to it. */
  readonly paths: readonly string[];
}

/** A containment bundle: a tree laid out as on the host, and facts about that host. */
export interface Bundle {
  readonly name: string;
  readonly manifest: Manifest;
  readonly files: readonly BundleFile[];
  readonly root?: RootTree;
  /** Unknown keys of bundle.json, which were ignored. */
  readonly unknownKeys?: readonly string[] | undefined;
  /** What a Compose file says that is not drilled, in sentences with file and line. */
  readonly leftOut?: readonly string[] | undefined;
}

/** Folder of the administrator's unit files (systemd.unit(5)). */
export const UNIT_DIR = 'etc/systemd/system';

/** Folder of the administrator's unit files for every user's own manager (systemd.unit(5), "User Unit Search Path"). */
export const USER_UNIT_DIR = 'etc/systemd/user';

/** The folder of the units of the manager that the serving unit is of. */
export const unitDirOf = ({ manifest }: Pick<Bundle, 'manifest'>): string =>
  managerOfServing(manifest) === 'system' ? UNIT_DIR : USER_UNIT_DIR;

/** Every file of a bundle, including bundle.json, with its path below the bundle's folder. */
export function listBundleFiles({ manifest, files }: Bundle): readonly { path: string; text: string }[] {
  return [
    { path: 'bundle.json', text: `${JSON.stringify({ schema: BUNDLE_SCHEMA, ...manifest }, null, 2)}\n` },
    ...files,
  ];
}
