import { type Bytes, MIB, renderBytes } from '../../core/bytes.js';
import { withoutUndefined } from '../../core/defined.js';
import { usageError } from '../../core/errors.js';
import { parseLimit } from '../../systemd/show.js';
import { parseUnitName } from '../../systemd/unit-name.js';
import { type Bundle, type BundleFile, UNIT_DIR } from '../bundle.js';
import { roundToInstalled } from '../installed-memory.js';
import { findKnownProbe, type KnownProbe, type ServerFacts } from '../known-probe.js';
import { checkManifest, nameOfServing, SWAP_KINDS } from '../manifest.js';
import {
  describeMissingEnvironment,
  describeProgram,
  describeUnsetVariables,
  isInTheGuest,
  listUnitNeeds,
} from '../needs.js';
import { resolveServingUnit } from '../serving.js';
import {
  captureContainer,
  containerOf,
  describeContainerChoices,
  findProgram,
  listAskablePorts,
  listContainerNeeds,
  pinContainer,
  programOf,
} from './container.js';
import { guestPackage } from './guest-package.js';
import {
  capturePod,
  composeManifest,
  describePodChoices,
  describeServed,
  inferKubelet,
  listPodNeeds,
  podOf,
} from './pod.js';
import { CAPTURE_AGAIN, type CaptureStream, type EnvironmentFile, placeInBundle } from './stream.js';

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
  const { facts, shown } = stream;
  const name = nameCaptured(stream);
  const container = stream.container && captureContainer(stream);
  const pod = stream.pod && capturePod(stream);
  const port = options.port ?? findOnlyPort(stream.container ? listAskablePorts(stream) : stream.ports, name);
  const starter = container || pod ? 'its container' : 'its unit';
  const known = options.known ?? chooseProbe({ program: programIn(stream), port, starter }, options);
  const program = facts.program ?? '';
  const unit = container || pod ? undefined : name;
  const installed =
    unit !== undefined && facts.package && !isInTheGuest(program)
      ? guestPackage(program, unit, facts.package)
      : undefined;
  const memory = roundToInstalled(parseKib(facts['memory-kib']));
  const [what, serving] = container
    ? [`The container ${name}`, { container }]
    : pod
      ? [`The pod ${name}`, { pod }]
      : [name, { unit }];
  const bare: Bundle = {
    name: options.name,
    manifest: {
      description: `${what} as it was on a live host: ${facts.distribution ?? 'Linux'}, kernel ${facts.kernel}, ${facts.systemd}.`,
      host: {
        memory: renderBytes(memory),
        swap: renderBytes(Math.ceil(parseKib(facts['swap-kib']) / MIB) * MIB),
        swapKind: SWAP_KINDS.find((kind) => kind === facts['swap-kind']),
        cpus: Number(facts.cpus) || 1,
        diskBandwidth: renderSize(options.diskBandwidth ?? facts['disk-bandwidth']),
      },
      serving: { ...serving, port, path: options.path, probe: known && withoutUndefined(known.probe) },
      sidecars: stream.killers.length === 0 ? undefined : stream.killers.map((killer) => ({ unit: killer })),
      packages: installed === undefined ? undefined : [installed],
    },
    files: [...placeFiles(stream), ...(pod ? listPodFiles(stream, memory) : [])],
  };
  checkManifest(bare.manifest, 'the capture');
  const bundle = pod
    ? bare
    : container
      ? pinContainer(bare, stream)
      : { ...bare, files: [...bare.files, ...pinEffective(bare, shown)] };
  const needs = pod
    ? [...listPodNeeds(stream), ...listLeftOut(stream)]
    : container
      ? [...listContainerNeeds(stream), ...listLeftOut(stream)]
      : listNeeds(stream, bundle);
  return {
    bundle,
    hostState: renderHostState(stream),
    needs: [...needs, ...(known?.needs ?? [])],
    choices: [
      ...describeChoice(known),
      ...(container ? describeContainerChoices(stream) : pod ? describePodChoices(stream, bundle) : []),
    ],
  };
}

/** What was captured: a container, a pod, or a unit. @throws OomdrillError `CAPTURE_STREAM` */
export function nameCaptured(stream: CaptureStream): string {
  if (stream.pod) return podOf(stream).name;
  return stream.container ? containerOf(stream).name : nameServingUnit(stream);
}

/** The program that serves; empty where it is not known. */
function programIn(stream: CaptureStream): string {
  if (stream.container) return programOf(stream.container);
  if (!stream.pod) return stream.facts.program ?? '';
  const { words, image } = describeServed(stream);
  return findProgram(words.slice(0, 2), image);
}

function listPodFiles(stream: CaptureStream, memory: Bytes): BundleFile[] {
  const kubelet = inferKubelet(stream);
  return [composeManifest(stream, memory), ...(kubelet ? [kubelet] : [])];
}

/**
 * The unit that was captured, by its own name where it was asked for by another.
 *
 * @throws OomdrillError `CAPTURE_STREAM` if it is not a service: its name becomes that of files
 */
function nameServingUnit({ shown, facts }: CaptureStream): string {
  const unit = shown.Id ?? facts.unit ?? '';
  const name = parseUnitName(unit);
  if (name?.type === 'service' && name.instance !== '') return unit;
  throw usageError('CAPTURE_STREAM', `The capture must be of a service (got ${JSON.stringify(unit)}).`, CAPTURE_AGAIN);
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

/**
 * A drop-in for settings in effect on the host that do not follow from the unit's own files: defaults of system.conf,
 * percentages of its memory.
 */
function pinEffective(bundle: Bundle, shown: CaptureStream['shown']): BundleFile[] {
  const { limits, oomPolicy } = resolveServingUnit(bundle);
  const lines: string[] = [];
  for (const [key, read] of [
    ['MemoryHigh', limits.high],
    ['MemoryMax', limits.max],
    ['MemorySwapMax', limits.swapMax],
  ] as const) {
    const inEffect = parseLimit(shown[key] ?? '');
    if (inEffect !== undefined && inEffect !== read) lines.push(`${key}=${renderBytes(inEffect)}`);
  }
  if (shown.OOMPolicy && shown.OOMPolicy !== oomPolicy) lines.push(`OOMPolicy=${shown.OOMPolicy}`);
  if (lines.length === 0) return [];
  const text = ['# In effect on the host, whatever the other files say.', '[Service]', ...lines, ''].join('\n');
  return [{ path: `${UNIT_DIR}/${nameOfServing(bundle.manifest)}.d/zz-captured.conf`, text }];
}

function renderHostState({ facts, kernel, omitted }: CaptureStream): BundleFile[] {
  return [
    ...Object.entries(kernel).map(([name, text]) => ({ path: `captured/${name}`, text })),
    { path: 'captured/host.json', text: `${JSON.stringify(facts, null, 2)}\n` },
    { path: 'captured/left-out.txt', text: omitted.map(({ what }) => `${what}\n`).join('') },
  ];
}

function listNeeds(stream: CaptureStream, bundle: Bundle): string[] {
  const { facts, environmentFiles, files } = stream;
  const text = files.map((file) => file.text).join('\n');
  const needs: string[] = [];
  const program = describeProgram(
    { path: facts.program ?? '', debianPackage: bundle.manifest.packages?.[0] || facts.package || 'none' },
    text,
  );
  if (program !== undefined) needs.push(program);
  for (const file of environmentFiles) if (!file.optional) needs.push(describeEnvironment(file));
  needs.push(...listUnitNeeds(text, bundle.files));
  needs.push(...listLeftOut(stream));
  const { unit } = bundle.manifest.serving;
  if (unit !== facts.unit) needs.push(`${facts.unit} is another name of ${unit}.`);
  return needs;
}

const listLeftOut = ({ omitted }: CaptureStream): string[] =>
  omitted.flatMap(({ what, isNeeded }) => (isNeeded ? [what] : []));

function describeEnvironment({ path, names }: EnvironmentFile): string {
  if (!path.startsWith('/etc/')) return describeMissingEnvironment(path);
  return describeUnsetVariables(path, names);
}
