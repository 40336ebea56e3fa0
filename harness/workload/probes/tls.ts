import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Bundle } from '../../bundle/bundle.js';
import type { TlsSpec } from '../../bundle/probe.js';
import { usageError } from '../../core/errors.js';

/** What a TLS client of Node.js is given. */
export interface Tls {
  readonly ca?: string;
  readonly servername: string;
}

/**
 * Takes the options of TLS, and reads the authority's file from the bundle.
 *
 * @throws OomdrillError `PROBE_CA` if the bundle does not have it
 */
export function createTls(spec: TlsSpec, bundle: Pick<Bundle, 'name' | 'files' | 'root'>): Tls {
  const { ca, serverName: servername = 'localhost' } = spec;
  return ca === undefined ? { servername } : { servername, ca: readBundleFile(ca, bundle) };
}

function readBundleFile(path: string, { name, files, root }: Pick<Bundle, 'name' | 'files' | 'root'>): string {
  const below = path.slice(1);
  const file = files.find((each) => each.path === below);
  if (file) return file.text;
  if (root?.paths.includes(below)) return readFileSync(join(root.dir, below), 'utf8');
  throw usageError(
    'PROBE_CA',
    `${name}: the probe's authority ${path} is not among the bundle's files.`,
    `Put the certificate at root${path} of the bundle, or leave \`ca\` out for one that everyone knows.`,
  );
}
