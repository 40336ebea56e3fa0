import type { Bytes } from '../../core/bytes.js';
import type { Bundle, BundleFile } from '../bundle.js';
import type { Manifest } from '../manifest.js';

/** What a capture is of, a unit, a container or a pod, as the assembly of its bundle asks it. */
export interface CapturedKind {
  readonly name: string;
  /** What it is and its name, at the beginning of a sentence. */
  readonly title: string;
  /** What starts the server, in a sentence. */
  readonly starter: string;
  /** The program that serves; empty where it is not known. */
  readonly program: string;
  /** What the bundle says of what serves, without how it is asked. */
  readonly serving: Pick<Manifest['serving'], 'unit' | 'container' | 'pod'>;
  /** The ports of the host at which it may be asked. */
  readonly ports: readonly number[];
  /** Debian packages that the guest needs for it. */
  readonly packages?: Manifest['packages'];
  /** Files that are made of what the host shows, next to those that it has. @param memory of the host */
  readonly files: (memory: Bytes) => readonly BundleFile[];
  /** The bundle with what is in effect on the host and follows from none of its files. */
  readonly pin: (bundle: Bundle) => Bundle;
  /** What must be done before it can start in a guest, in sentences. */
  readonly needs: (bundle: Bundle) => readonly string[];
  /** What is drilled otherwise than it is on the host, or was chosen in place of it, in sentences. */
  readonly choices: (bundle: Bundle) => readonly string[];
}
