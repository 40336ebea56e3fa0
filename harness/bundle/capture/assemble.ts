import { type Bytes, MIB, renderBytes } from '../../core/bytes.js';
import { withoutUndefined } from '../../core/defined.js';
import { usageError } from '../../core/errors.js';
import type { Bundle, BundleFile } from '../bundle.js';
import { roundToInstalled } from '../installed-memory.js';
import { findKnownProbe, type KnownProbe, type ServerFacts } from '../known-probe.js';
import { checkManifest, SWAP_KINDS } from '../manifest.js';
import { captureContainer } from './container.js';
import type { CapturedKind } from './kind.js';
import { capturePod } from './pod.js';
import { CAPTURE_AGAIN, type CaptureStream, placeInBundle } from './stream.js';
import { captureUnit } from './unit.js';

/** Facts that the host does not show, or not to every user. */
export interface CaptureOptions {
  /** The bundle's name. */
  readonly name: string;
  /** The port of the server; without it, the port on which the host shows it listening. */
  readonly port?: number;
  readonly path: string;
  /** How it is asked, where the caller knows that. */
  readonly known?: KnownProbe | undefined;
  /** Bandwidth of the root disk, bytes per second, in systemd's notation. */
  readonly diskBandwidth?: string;
}

/** A bundle made from a live host. */
export interface Capture {
  readonly bundle: Bundle;
  /** The state of the host, for the reader: more files for the bundle's folder, under `captured/`. */
  readonly hostState: readonly BundleFile[];
  /** What to add to the bundle before the unit can start in a guest, in sentences. */
  readonly needs: readonly string[];
  /** What was chosen that the host does not say, why, and how to change it, in sentences. */
  readonly choices: readonly string[];
}

/**
 * Makes a bundle from the output of host/capture.sh.
 *
 * @throws OomdrillError `CAPTURE_STREAM` if it lacks the host's memory, or is of neither a service, a container nor a pod, `CAPTURE_PORT`, and the errors of the checks of
 *   a bundle and its manifest
 */
export function assembleCapture(stream: CaptureStream, options: CaptureOptions): Capture {
  const { facts } = stream;
  const captured = kindOf(stream);
  const { name, starter, program } = captured;
  const port = options.port ?? findOnlyPort(captured.ports, name);
  const known = options.known ?? chooseProbe({ program, port, starter }, options);
  const memory = roundToInstalled(parseKib(facts['memory-kib']));
  const bare: Bundle = {
    name: options.name,
    manifest: {
      description: `${captured.title} as it was on a live host: ${facts.distribution ?? 'Linux'}, kernel ${facts.kernel}, ${facts.systemd}.`,
      host: {
        memory: renderBytes(memory),
        swap: renderBytes(Math.ceil(parseKib(facts['swap-kib']) / MIB) * MIB),
        swapKind: SWAP_KINDS.find((kind) => kind === facts['swap-kind']),
        cpus: Number(facts.cpus) || 1,
        diskBandwidth: renderSize(options.diskBandwidth ?? facts['disk-bandwidth']),
      },
      serving: { ...captured.serving, port, path: options.path, probe: known && withoutUndefined(known.probe) },
      sidecars: stream.killers.length === 0 ? undefined : stream.killers.map((killer) => ({ unit: killer })),
      packages: captured.packages,
    },
    files: [...placeFiles(stream), ...captured.files(memory)],
  };
  checkManifest(bare.manifest, 'the capture');
  const bundle = captured.pin(bare);
  const leftOut = stream.omitted.flatMap(({ what, isNeeded }) => (isNeeded ? [what] : []));
  return {
    bundle,
    hostState: renderHostState(stream),
    needs: [...captured.needs(bundle), ...leftOut, ...(known?.needs ?? [])],
    choices: [...describeChoice(known), ...captured.choices(bundle)],
  };
}

/** The name of what was captured: of a unit, a container or a pod. @throws OomdrillError `CAPTURE_STREAM` */
export const nameCaptured = (stream: CaptureStream): string => kindOf(stream).name;

function kindOf(stream: CaptureStream): CapturedKind {
  if (stream.pod) return capturePod(stream);
  return stream.container ? captureContainer(stream) : captureUnit(stream);
}

/** A URL of plain HTTP tells of a web server how it is asked, and of any other only its port. */
function chooseProbe(facts: ServerFacts, { port: given }: CaptureOptions): KnownProbe | undefined {
  const found = findKnownProbe(facts);
  return given !== undefined && found?.probe.kind === 'https' ? undefined : found;
}

function describeChoice(known: KnownProbe | undefined): string[] {
  if (!known) return [];
  const { probe, because } = known;
  return [`It is asked by the ${probe.kind} probe, because ${because}. Another one is serving.probe in bundle.json.`];
}

/** @throws OomdrillError `CAPTURE_STREAM` */
function parseKib(text: string | undefined): Bytes {
  if (text !== undefined && /^\d+$/.test(text)) return Number(text) * 1024;
  throw usageError('CAPTURE_STREAM', "The capture lacks the host's memory or swap.");
}

/** A size in systemd's notation, also if it was in bytes. */
function renderSize(text: string | undefined): string | undefined {
  return text !== undefined && /^\d+$/.test(text) ? renderBytes(Number(text)) : text;
}

/** @throws OomdrillError `CAPTURE_PORT` */
function findOnlyPort(ports: readonly number[], name: string): number {
  const [port] = ports;
  if (port !== undefined && ports.length === 1) return port;
  const message =
    ports.length === 0
      ? `Could not find the port on which ${name} listens.`
      : `${name} listens on more than one port: ${ports.join(', ')}.`;
  throw usageError(
    'CAPTURE_PORT',
    message,
    'Set the URL of the server with --url http://localhost:PORT/PATH, or https.',
  );
}

/**
 * Files with their paths in the bundle; a slice that was printed twice is there once, and an environment file that was
 * printed as a file too is that.
 *
 * @throws OomdrillError `CAPTURE_STREAM` if one of them is a directory of another
 */
function placeFiles(stream: CaptureStream): BundleFile[] {
  const byPath = new Map<string, BundleFile>();
  for (const { path, text } of stream.files) {
    const place = placeInBundle(path) ?? path;
    byPath.set(place, { path: place, text });
  }
  for (const file of listVariables(stream)) if (!byPath.has(file.path)) byPath.set(file.path, file);
  const dirs = new Set([...byPath.keys()].flatMap(listParents));
  const both = [...byPath.keys()].find((path) => dirs.has(path));
  if (both === undefined) return [...byPath.values()];
  throw usageError('CAPTURE_STREAM', `The capture has ${both} both as a file and as a directory.`, CAPTURE_AGAIN);
}

const listParents = (path: string): string[] =>
  path.split('/').map((_, index, names) => names.slice(0, index).join('/'));

/** For each environment file, a file with its names, to which the user adds the values. */
function listVariables({ environmentFiles }: CaptureStream): BundleFile[] {
  return environmentFiles
    .filter(({ path, optional, names }) => path.startsWith('/etc/') && !(optional && names.length === 0))
    .map(({ path, names }) => ({
      path: path.slice(1),
      text: [
        '# The values stayed on the host. Add those that the server needs to start in a guest, but no secrets of the host.',
        ...names.map((name) => `# ${name}=`),
        '',
      ].join('\n'),
    }));
}

function renderHostState({ facts, kernel, omitted }: CaptureStream): BundleFile[] {
  return [
    ...Object.entries(kernel).map(([name, text]) => ({ path: `captured/${name}`, text })),
    { path: 'captured/host.json', text: `${JSON.stringify(facts, null, 2)}\n` },
    { path: 'captured/left-out.txt', text: omitted.map(({ what }) => `${what}\n`).join('') },
  ];
}
