import { type Bytes, GIB, MIB, renderBytes } from '../../core/bytes.js';
import { usageError } from '../../core/errors.js';
import { parseLimit } from '../../systemd/show.js';
import { type Bundle, type BundleFile, UNIT_DIR } from '../bundle.js';
import { checkManifest } from '../manifest.js';
import { servingUnit } from '../serving.js';
import type { CaptureStream, EnvironmentFile } from './stream.js';

/** What the host itself cannot tell, or not to everybody. */
export interface CaptureWords {
  /** The bundle's name. */
  readonly name: string;
  /** Where the host would be asked for an answer; what is absent is what the host shows. */
  readonly port?: number;
  readonly path: string;
  /** Bytes per second of the root disk, as systemd writes sizes. */
  readonly diskBandwidth?: string;
}

/** A bundle of a live host. */
export interface Capture {
  readonly bundle: Bundle;
  /** How the host was, for the reader: beside the bundle's own files, under `captured/`. */
  readonly seen: readonly BundleFile[];
  /** What the bundle has yet to be given before the unit can start in a guest, in sentences. */
  readonly needs: readonly string[];
}

/**
 * Makes a bundle of what a host printed.
 *
 * @throws OomdrillError `CAPTURE_STREAM` for one without the unit's files; `CAPTURE_PORT`; what the checks of a bundle and its manifest throw
 */
export function assembleCapture(stream: CaptureStream, words: CaptureWords): Capture {
  const { facts, shown } = stream;
  const unit = shown.Id ?? facts.unit ?? '';
  const bare: Bundle = {
    name: words.name,
    manifest: {
      description: `${unit} as it was on a live host: ${facts.distribution ?? 'Linux'}, kernel ${facts.kernel}, ${facts.systemd}.`,
      host: {
        memory: renderBytes(roundToInstalled(parseKib(facts['memory-kib']))),
        swap: renderBytes(Math.ceil(parseKib(facts['swap-kib']) / MIB) * MIB),
        cpus: Number(facts.cpus) || 1,
        diskBandwidth: renderSize(words.diskBandwidth ?? facts['disk-bandwidth']),
      },
      serving: { unit, port: words.port ?? findOnlyPort(stream, unit), path: words.path },
      sidecars: stream.killers.length === 0 ? undefined : stream.killers.map((killer) => ({ unit: killer })),
      packages: facts.package && !isInTheGuest(facts) ? [facts.package] : undefined,
    },
    files: [...placeFiles(stream), ...listVariables(stream)],
  };
  checkManifest(bare.manifest, 'the capture');
  const bundle = { ...bare, files: [...bare.files, ...pinEffective(bare, shown)] };
  return { bundle, seen: writeSeen(stream), needs: listNeeds(stream, bundle) };
}

/** @throws OomdrillError `CAPTURE_STREAM` */
function parseKib(text: string | undefined): Bytes {
  if (text !== undefined && /^\d+$/.test(text)) return Number(text) * 1024;
  throw usageError('CAPTURE_STREAM', "The capture does not tell the host's memory and swap.");
}

/** What is in the machine, from what its kernel has left for itself and others (MemTotal, proc_meminfo(5)): the next size that machines have. */
function roundToInstalled(total: Bytes): Bytes {
  const step = total > 4 * GIB ? GIB : 512 * MIB;
  return Math.ceil(total / step) * step;
}

/** A size as systemd writes it, of one in bytes too. */
function renderSize(text: string | undefined): string | undefined {
  return text !== undefined && /^\d+$/.test(text) ? renderBytes(Number(text)) : text;
}

/** @throws OomdrillError `CAPTURE_PORT` */
function findOnlyPort({ ports }: CaptureStream, unit: string): number {
  const [port] = ports;
  if (port !== undefined && ports.length === 1) return port;
  const seen =
    ports.length === 0
      ? 'Which port it listens on could not be seen'
      : `It listens on more than one port (${ports.join(', ')})`;
  throw usageError('CAPTURE_PORT', `${seen}: ${unit}.`, 'Say how it is asked, with --url http://localhost:PORT/PATH.');
}

/** Directories of units that systemd reads (systemd.unit(5)): in the bundle all of them are the administrator's. */
const UNIT_DIRS =
  /^.*\/systemd\/(?:system|system\.control|system\.attached|transient|generator(?:\.early|\.late)?)\/(.+)$/;

/** Files at their places in the bundle; a slice that was met twice is there once. */
function placeFiles({ files }: CaptureStream): BundleFile[] {
  const byPath = new Map<string, BundleFile>();
  for (const { path, text } of files) {
    const below = UNIT_DIRS.exec(path)?.[1];
    const place = below === undefined ? path.slice(1) : `${UNIT_DIR}/${below}`;
    byPath.set(place, { path: place, text });
  }
  return [...byPath.values()];
}

/** A file of names for each environment file, for the values to be put in by hand. */
function listVariables({ environmentFiles }: CaptureStream): BundleFile[] {
  return environmentFiles
    .filter(({ path, optional, names }) => path.startsWith('/etc/') && !(optional && names.length === 0))
    .map(({ path, names }) => ({
      path: path.slice(1),
      text: [
        '# The values stayed on the host. Put in what the server needs to start in a guest, and no secret of the host.',
        ...names.map((name) => `# ${name}=`),
        '',
      ].join('\n'),
    }));
}

/** A drop-in for what is in effect on the host and does not follow from the unit's own files: defaults of system.conf, shares of its memory. */
function pinEffective(bundle: Bundle, shown: CaptureStream['shown']): BundleFile[] {
  const { limits, oomPolicy } = servingUnit(bundle);
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
  return [{ path: `${UNIT_DIR}/${bundle.manifest.serving.unit}.d/zz-captured.conf`, text }];
}

function writeSeen({ facts, kernel, omitted }: CaptureStream): BundleFile[] {
  return [
    ...Object.entries(kernel).map(([name, text]) => ({ path: `captured/${name}`, text })),
    { path: 'captured/host.json', text: `${JSON.stringify(facts, null, 2)}\n` },
    { path: 'captured/left-out.txt', text: omitted.map(({ what }) => `${what}\n`).join('') },
  ];
}

/** Programs that every guest has. */
const IN_THE_GUEST = /^\/(?:usr\/)?bin\/(?:sh|bash|env|node|python3|sleep)$/;

const isInTheGuest = ({ program = '' }: CaptureStream['facts']): boolean => IN_THE_GUEST.test(program);

/** What an interpreter is told to run, by the paths among its arguments. */
function findScripts(text: string): string[] {
  const words = [...text.matchAll(/^ExecStart=(.+)$/gm)].flatMap(([, command = '']) =>
    command.split(/[\s"']+/).slice(1),
  );
  return [...new Set(words.filter((word) => /^\/[\w./-]+$/.test(word)))];
}

function listNeeds(stream: CaptureStream, bundle: Bundle): string[] {
  const { facts, environmentFiles, files, omitted } = stream;
  const text = files.map((file) => file.text).join('\n');
  const needs = [needProgram(facts, text)];
  for (const file of environmentFiles) if (!file.optional) needs.push(needEnvironment(file));
  for (const [, id, path] of text.matchAll(/^LoadCredential(?:Encrypted)?=([^:\n]+):(.+)$/gm))
    needs.push(`The unit loads the credential ${id} from ${path}: put a stand-in at root${path}.`);
  for (const name of findRequired(text))
    needs.push(`The unit requires ${name}, which was not taken: put it in, or take the line out.`);
  for (const { what, isNeeded } of omitted) if (isNeeded) needs.push(what);
  const { unit } = bundle.manifest.serving;
  if (unit !== facts.unit) needs.push(`${facts.unit} is another name of ${unit}.`);
  return needs;
}

/** How the guest comes by the unit's program. */
function needProgram(facts: CaptureStream['facts'], unitFiles: string): string {
  const { program = '', package: debianPackage } = facts;
  if (isInTheGuest(facts)) {
    const scripts = findScripts(unitFiles)
      .map((path) => `, root${path}`)
      .join('');
    return `What ${program} runs is not in the bundle: put it under root/, at its place on the host${scripts}.`;
  }
  return debianPackage
    ? `The guest is given the package ${debianPackage}; settings and data of its own go into etc/ or root/.`
    : `${program} belongs to no Debian package: put it at root${program}, with all it needs.`;
}

function needEnvironment({ path, names }: EnvironmentFile): string {
  if (!path.startsWith('/etc/')) return `The environment file ${path} was not taken: put a stand-in at root${path}.`;
  const held = names.length === 0 ? 'nothing in it' : `the names ${names.join(', ')}`;
  return `${path.slice(1)} has ${held} and no values: put in what the server needs to start.`;
}

/** Services and sockets without which the unit does not start. */
function findRequired(unitFiles: string): string[] {
  return [...unitFiles.matchAll(/^(?:Requires|BindsTo|Requisite)=(.+)$/gm)]
    .flatMap(([, names = '']) => names.split(/\s+/))
    .filter((name) => /\.(?:service|socket)$/.test(name));
}
