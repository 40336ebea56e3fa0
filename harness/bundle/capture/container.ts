import { posix } from 'node:path';
import { split } from 'shlex';
import { MIB, renderBytes } from '../../core/bytes.js';
import { withoutUndefined } from '../../core/defined.js';
import { usageError } from '../../core/errors.js';
import { copyableWord, shellQuote } from '../../core/shell.js';
import { parseLimit } from '../../systemd/show.js';
import { type Bundle, UNIT_DIR } from '../bundle.js';
import type { ServingContainer } from '../container.js';
import { resolveServingUnit } from '../serving.js';
import type { CapturedKind } from './kind.js';
import { CAPTURE_AGAIN, type CapturedContainer, type CaptureStream } from './stream.js';

/** Programs by the names of the images that run them, as far as they are asked in a way of their own. */
const PROGRAMS: Readonly<Record<string, string>> = {
  postgres: 'postgres',
  postgresql: 'postgres',
  redis: 'redis-server',
  valkey: 'valkey-server',
};

interface NamedContainer {
  readonly name: string;
  readonly captured: CapturedContainer;
}

/** The container of a capture, with its name. @throws OomdrillError `CAPTURE_STREAM` if it is not of one, or its name cannot be one */
function containerOf({ facts, container }: CaptureStream): NamedContainer {
  const name = facts.container ?? '';
  if (container && /^[a-zA-Z0-9][a-zA-Z0-9_.-]{1,99}$/.test(name)) return { name, captured: container };
  throw usageError(
    'CAPTURE_STREAM',
    `The capture must be of a container (got ${JSON.stringify(name)}).`,
    CAPTURE_AGAIN,
  );
}

/** The program that it runs, for what it speaks: by its command, or by its image; empty if that is not known. */
function programOf(captured: CapturedContainer): string {
  const { line = '', entrypointWords = 0 } = captured.command ?? {};
  const words = line === '' ? [] : splitWords(line);
  // What an entrypoint that is a script starts is the first word of the command.
  return findProgram([words[entrypointWords] ?? '', words[0] ?? ''], imageOf(captured));
}

/** The program that some words of a command name, or an image by its name; empty if that is not known. */
export const findProgram = (words: readonly string[], image: string): string =>
  words.find((word) => KNOWN.has(posix.basename(word))) ?? PROGRAMS[posix.basename(image).replace(/[:@].*$/, '')] ?? '';

const KNOWN: ReadonlySet<string> = new Set(Object.values(PROGRAMS));

const one = ({ settings }: CapturedContainer, key: string): string | undefined => settings.get(key)?.[0];

const imageOf = (captured: CapturedContainer): string => one(captured, 'image') ?? '';

/** Where the archive of its image belongs, below root/. */
const archiveOf = (name: string): string => `srv/${name}.tar`;

/** The container of a capture. @throws OomdrillError `CAPTURE_STREAM` */
export function captureContainer(stream: CaptureStream): CapturedKind {
  const container = containerOf(stream);
  const { name, captured } = container;
  return {
    name,
    title: `The container ${name}`,
    starter: 'its container',
    program: programOf(captured),
    serving: { container: optionsOf(container, stream) },
    ports: listAskablePorts(captured),
    files: () => [],
    pin: (bundle) => pinContainer(bundle, stream),
    needs: () => listContainerNeeds(container, stream),
    choices: () => describeContainerChoices(stream),
  };
}

/** The options of `docker run` that a live container has. */
function optionsOf({ name, captured }: NamedContainer, { facts }: CaptureStream): ServingContainer {
  const size = (key: string) => {
    const bytes = Number(one(captured, key) ?? 0);
    return bytes > 0 ? renderBytes(bytes) : undefined;
  };
  const memory = size('memory');
  const score = Number(one(captured, 'oom-score-adj') ?? 0);
  const isOfHost = one(captured, 'network') === 'host';
  const [restart, attempts] = (one(captured, 'restart') ?? '').split(' ');
  return withoutUndefined({
    name,
    image: { archive: archiveOf(name) },
    ...commandOf(captured),
    user: one(captured, 'user'),
    publish: isOfHost ? undefined : listPublished(captured),
    network: isOfHost ? ('host' as const) : undefined,
    init: one(captured, 'init') === 'true' ? true : undefined,
    memory,
    memorySwap: memory === undefined ? undefined : one(captured, 'memory-swap') === '-1' ? '-1' : size('memory-swap'),
    memoryReservation: size('memory-reservation'),
    oomScoreAdj: score === 0 ? undefined : score,
    restart: !restart || restart === 'no' ? undefined : attempts === '0' ? restart : `${restart}:${attempts}`,
    healthCheck: healthCheckOf(captured),
    cgroupParent: facts.slice === 'system.slice' ? undefined : facts.slice,
  });
}

/** Ports at every address of the host, and those at one of IPv4; a server is asked by TCP. */
function listPublished(captured: CapturedContainer): string[] {
  const published = (captured.settings.get('publish') ?? []).flatMap((line) => {
    const [port = '', host = '', address = ''] = line.split(' ').reverse();
    if (!port.endsWith('/tcp') || !/^\d+$/.test(host)) return [];
    const ports = `${host}:${port.replace('/tcp', '')}`;
    return [/^(?:0\.0\.0\.0|::|)$/.test(address) ? ports : address.includes(':') ? '' : `${address}:${ports}`];
  });
  return [...new Set(published)].filter(Boolean);
}

/** The ports of the host at which it can be asked. */
const listAskablePorts = (captured: CapturedContainer): number[] => [
  ...new Set(listPublished(captured).map((ports) => Number(ports.split(':').at(-2)))),
];

function commandOf({ command }: CapturedContainer): Pick<ServingContainer, 'command' | 'entrypoint'> {
  if (!command) return {};
  const words = splitWords(command.line);
  const [entrypoint, ...rest] = words;
  if (!command.isEntrypointOfImage && command.entrypointWords > 0)
    return { entrypoint, command: rest.length === 0 ? undefined : rest };
  const own = words.slice(command.entrypointWords);
  return { command: own.length === 0 ? undefined : own };
}

/** Words in quotes and with backslashes, as a shell takes them. */
export function splitWords(line: string): string[] {
  try {
    return split(line);
  } catch {
    throw usageError('CAPTURE_STREAM', 'The capture has a command whose quotes do not close.', CAPTURE_AGAIN);
  }
}

function healthCheckOf(captured: CapturedContainer): ServingContainer['healthCheck'] {
  const { healthCheck } = captured;
  if (healthCheck === undefined || healthCheck.includes('REDACTED')) return undefined;
  const words = splitWords(healthCheck);
  const isScript = words[0] === '/bin/sh' && words[1] === '-c' && words.length === 3;
  const time = (key: string) => {
    const text = one(captured, key);
    return text === undefined || /^0s?$/.test(text) ? undefined : text.replace(/(?<=[a-z])0[ms](?=0|$)/g, '');
  };
  const retries = Number(one(captured, 'health-retries') ?? 0);
  return {
    command: isScript ? (words[2] ?? '') : words.map(shellQuote).join(' '),
    interval: time('health-interval'),
    timeout: time('health-timeout'),
    retries: retries > 0 ? retries : undefined,
  };
}

/** What differs in the cgroup's files from what the container was started with: `docker update` tells Docker, and others do not. */
function pinContainer(bundle: Bundle, { shown }: CaptureStream): Bundle {
  const { limits } = resolveServingUnit(bundle);
  const { container } = bundle.manifest.serving;
  if (!container) return bundle;
  const changed = { ...container };
  const max = parseLimit(shown.MemoryMax ?? '');
  if (max !== undefined && Number.isFinite(max) && Math.abs(max - limits.max) >= MIB) {
    const swap = limits.swapMax;
    changed.memory = renderBytes(max);
    if (Number.isFinite(swap)) changed.memorySwap = renderBytes(max + swap);
  }
  const manifest = { ...bundle.manifest, serving: { ...bundle.manifest.serving, container: changed } };
  const high = parseLimit(shown.MemoryHigh ?? '');
  if (high === undefined || high === limits.high) return { ...bundle, manifest };
  const text = `# In effect on the host, whatever the other files say.\n[Scope]\nMemoryHigh=${renderBytes(high)}\n`;
  return {
    ...bundle,
    manifest,
    files: [...bundle.files, { path: `${UNIT_DIR}/docker-.scope.d/zz-captured.conf`, text }],
  };
}

/** What must be done before the container can start in a guest, in sentences. */
function listContainerNeeds({ name, captured }: NamedContainer, { facts }: CaptureStream): string[] {
  const { engine = 'docker' } = facts;
  const image = imageOf(captured) || (one(captured, 'image-id') ?? '');
  const digest = one(captured, 'digest')?.replace(/^.*@/, '') ?? one(captured, 'image-id');
  const needs = [
    `The image stays on the host: write it there with \`${engine} save ${copyableWord(image)} --output ${name}.tar\`, and copy it to root/${archiveOf(name)} in the bundle${digest === undefined ? '' : ` (it is ${digest})`}.`,
  ];
  if (captured.variables.length > 0)
    needs.push(
      `It was given the variables ${captured.variables.join(', ')}: write what it needs to start, as stand-ins, into serving.container.environment of bundle.json.`,
    );
  return needs;
}

/** What is drilled otherwise than it is on the host, in sentences. */
function describeContainerChoices({ facts }: CaptureStream): string[] {
  return facts.engine === 'podman'
    ? [
        'It is a container of Podman, and is drilled as one of Docker with the same limits. A quadlet is drilled as what it is.',
      ]
    : [];
}

/** The same bundle as if the archive of its images were there, to be checked before it is. */
export function withArchive(bundle: Bundle): Bundle {
  const { container, pod } = bundle.manifest.serving;
  const archive = (container ?? pod)?.image.archive;
  return archive === undefined ? bundle : { ...bundle, root: { dir: '', paths: [archive] } };
}

/** The limits in the words of `docker run`, for people. */
export function describeContainerLimits({
  memory,
  memorySwap,
  memoryReservation,
  oomScoreAdj,
  restart,
}: ServingContainer): string {
  const options = {
    memory,
    'memory-swap': memorySwap,
    'memory-reservation': memoryReservation,
    'oom-score-adj': oomScoreAdj,
    restart,
  };
  const given = Object.entries(options).flatMap(([key, value]) => (value === undefined ? [] : [`--${key}=${value}`]));
  return given.length === 0 ? 'without any limit' : given.join(' ');
}
