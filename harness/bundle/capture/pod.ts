import { stringify } from 'yaml';
import { type Bytes, formatBytes, MIB } from '../../core/bytes.js';
import { usageError } from '../../core/errors.js';
import { copyableWord } from '../../core/shell.js';
import type { Bundle, BundleFile } from '../bundle.js';
import type { ServingPod } from '../pod.js';
import { type NodePod, placeOnNode } from '../pod-on-node.js';
import { findProgram, splitWords } from './container.js';
import type { CapturedKind } from './kind.js';
import { CAPTURE_AGAIN, type CapturedPod, type CapturedPodContainer, type CaptureStream } from './stream.js';

/** A pod and its name. @throws OomdrillError `CAPTURE_STREAM` if the capture is not of one, or its names cannot be those of one */
function podOf({ facts, pod }: CaptureStream): { readonly name: string; readonly captured: CapturedPod } {
  const name = facts.pod ?? '';
  if (pod && pod.containers.length > 0 && [name, ...pod.containers.map((each) => each.name)].every(isName))
    return { name, captured: pod };
  throw usageError('CAPTURE_STREAM', `The capture must be of a pod (got ${JSON.stringify(name)}).`, CAPTURE_AGAIN);
}

const isName = (text: string): boolean => text.length <= 253 && /^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/.test(text);

const manifestOf = (name: string): string => `etc/kubernetes/${name}.yaml`;
const archiveOf = (name: string): string => `srv/${name}.tar`;

const one = ({ settings }: Pick<CapturedPodContainer, 'settings'>, key: string): string | undefined =>
  settings.get(key)?.[0];

/** An amount in one of the kernel's files: undefined for `max`, and where there is no such file. */
const amountOf = (from: Pick<CapturedPodContainer, 'settings'>, key: string): Bytes | undefined => {
  const text = one(from, key);
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
};

/** The container that is asked: the one that listens, by the script. @throws OomdrillError `CAPTURE_STREAM` */
function servingContainerOf(stream: CaptureStream): CapturedPodContainer {
  const { containers } = podOf(stream).captured;
  return (containers.find((each) => one(each, 'serves') === 'yes') ?? containers[0]) as CapturedPodContainer;
}

/** The program that serves, by its command, or by the name of its image: what tells how it is asked. */
function programOf(stream: CaptureStream): string {
  const serving = servingContainerOf(stream);
  const { command = '', args = '', process = '' } = serving.words;
  const words = splitWords([command, args, process].join(' '));
  return findProgram(words.slice(0, 2), one(serving, 'image') ?? '');
}

/** The pod of a capture. @throws OomdrillError `CAPTURE_STREAM` */
export function capturePod(stream: CaptureStream): CapturedKind {
  const { name } = podOf(stream);
  return {
    name,
    title: `The pod ${name}`,
    starter: 'its container',
    program: programOf(stream),
    serving: { pod: servingPodOf(stream) },
    ports: stream.ports,
    files: (memory) => [composeManifest(stream, memory), ...inferKubelet(stream)],
    pin: (bundle) => bundle,
    needs: () => listPodNeeds(stream),
    choices: (bundle) => describePodChoices(stream, bundle),
  };
}

/** `serving.pod` of a capture. */
function servingPodOf(stream: CaptureStream): ServingPod {
  const { name, captured } = podOf(stream);
  const { kubelet } = stream.facts;
  return {
    manifest: manifestOf(name),
    ...(captured.containers.length > 1 && { container: servingContainerOf(stream).name }),
    image: { archive: archiveOf(name) },
    ...(kubelet !== undefined && { kubelet: { version: kubelet } }),
  };
}

/**
 * Its manifest, as far as a node knows it: what a kubelet has set, turned back into what it sets that from.
 *
 * @param hostMemory of the bundle, of which a score is a share
 * @throws OomdrillError `CAPTURE_STREAM`
 */
function composeManifest(stream: CaptureStream, hostMemory: Bytes): BundleFile {
  const { name, captured } = podOf(stream);
  const { namespace, class: qos = '' } = stream.facts;
  const containers = captured.containers.map((each) => containerFrom(each, qos, hostMemory));
  const limits = captured.containers.map((each) => amountOf(each, 'memory.max'));
  const sum = limits.reduce<number>((total, each) => total + (each ?? Number.NaN), 0);
  const ofPod = amountOf({ settings: captured.limits }, 'memory.max');
  // The limit of a pod is the sum of those of its containers, unless it has one of its own.
  const isOwn = ofPod !== undefined && sum !== ofPod;
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: isName(namespace ?? '') ? { name, namespace } : { name },
    spec: { ...(isOwn && { resources: { limits: { memory: quantity(ofPod) } } }), containers },
  };
  return { path: manifestOf(name), text: stringify(pod) };
}

function containerFrom(captured: CapturedPodContainer, qos: string, hostMemory: Bytes) {
  const { name, words } = captured;
  const command = words.command ?? words.process;
  const user = one(captured, 'user');
  const max = amountOf(captured, 'memory.max');
  const request = requestOf(captured, qos, hostMemory);
  const cpu = cpuOf(captured);
  return {
    name,
    image: one(captured, 'image') ?? name,
    ...(command !== undefined && { command: splitWords(command) }),
    ...(words.args !== undefined && { args: splitWords(words.args) }),
    resources: {
      requests: { ...(request !== undefined && { memory: quantity(request) }), ...cpu.requests },
      limits: { ...(max !== undefined && { memory: quantity(max) }), ...cpu.limits },
    },
    ...(user !== undefined && { securityContext: { runAsUser: Number(user) } }),
  };
}

/**
 * What it requests: memory.min or memory.low where MemoryQoS sets it, else the smallest that has the score which it has
 * (kubernetes, pkg/kubelet/qos/policy.go, GetContainerOOMScoreAdjust()), and nothing that a score of 999 shows.
 */
function requestOf(captured: CapturedPodContainer, qos: string, hostMemory: Bytes): Bytes | undefined {
  if (qos === 'BestEffort') return undefined;
  const max = amountOf(captured, 'memory.max');
  if (qos === 'Guaranteed') return max;
  const kept = amountOf(captured, 'memory.min') || amountOf(captured, 'memory.low');
  if (kept) return kept;
  const score = Number(one(captured, 'oom-score-adj') ?? 999);
  const share = Math.ceil((Math.max(0, 1000 - score) * hostMemory) / 1000);
  // Without a request it would be that of the limit.
  return score >= 999 ? 1 : Math.min(share, max ?? share);
}

/** As MilliCPUToShares() and MilliCPUToQuota() have it, backwards (kubernetes, pkg/kubelet/cm/helpers_linux.go). */
function cpuOf(captured: CapturedPodContainer) {
  const [shares, quota, period] = ['shares', 'quota', 'period'].map((key) => Number(one(captured, `cpu-${key}`) ?? 0));
  const milli = (amount: number) => ({ cpu: `${Math.ceil(amount)}m` });
  return {
    requests: (shares ?? 0) > 2 ? milli(((shares ?? 0) * 1000) / 1024) : {},
    limits: (quota ?? 0) > 0 && (period ?? 0) > 0 ? milli(((quota ?? 0) * 1000) / (period ?? 1)) : {},
  };
}

const quantity = (bytes: Bytes): string => (bytes > 0 && bytes % MIB === 0 ? `${bytes / MIB}Mi` : String(bytes));

/** Settings of a kubelet that show in the cgroup's files, where its own could not be read. */
function inferKubelet({ files, ...stream }: CaptureStream): BundleFile[] {
  const { settings } = servingContainerOf({ files, ...stream });
  const minor = Number(stream.facts.kubelet?.slice('1.'.length) ?? 37);
  if (files.some(({ path }) => path === KUBELET)) return [];
  const lines = [
    ...(settings.get('memory.oom.group')?.[0] === '0' && minor >= 32 ? ['singleProcessOOMKill: true'] : []),
    ...(amountOf({ settings }, 'memory.high') === undefined ? [] : ['featureGates:', '  MemoryQoS: true']),
  ];
  if (lines.length === 0) return [];
  const head = ['apiVersion: kubelet.config.k8s.io/v1beta1', 'kind: KubeletConfiguration'];
  return [{ path: KUBELET.slice(1), text: `${[...head, ...lines].join('\n')}\n` }];
}

const KUBELET = '/etc/kubernetes/kubelet.yaml';

/** What must be done before the pod can be made in a guest, in sentences. */
function listPodNeeds(stream: CaptureStream): string[] {
  const { name, captured } = podOf(stream);
  const images = captured.containers.map((each) => one(each, 'image') ?? '');
  const digests = captured.containers.flatMap((each) => one(each, 'digest')?.replace(/^.*@/, '') ?? []);
  const words = [...new Set(images)].map(copyableWord).join(' ');
  const needs = [
    `The images stay on the node: write them there with \`ctr --namespace k8s.io images export ${name}.tar ${words}\`, and copy it to root/${archiveOf(name)} in the bundle${digests.length === 0 ? '' : ` (${digests.join(', ')})`}.`,
  ];
  for (const { name: container, variables } of captured.containers)
    if (variables.length > 0)
      needs.push(
        `The container ${container} was given the variables ${variables.join(', ')}: write what it needs to start, as stand-ins, into its env in ${manifestOf(name)}.`,
      );
  return needs;
}

/** What a node does not know of a pod, and what was chosen in its place, in sentences. */
function describePodChoices(stream: CaptureStream, bundle: Bundle): string[] {
  const { name, captured } = podOf(stream);
  const { facts, files } = stream;
  const serving = servingContainerOf(stream);
  const manifest = manifestOf(name);
  const restarts = one(serving, 'restarts');
  const choices: string[] = [];
  if (captured.containers.length > 1)
    choices.push(
      `Of the containers ${captured.containers.map((each) => each.name).join(', ')} it is ${serving.name} that is asked${one(serving, 'port') === undefined ? ', the first' : ', because it listens'}. Another one is serving.pod.container in bundle.json.`,
    );
  if (facts.class === 'Burstable')
    choices.push(
      `A node does not know requests.memory: those in ${manifest} are what the kernel's files and scores show, to a thousandth of the node's memory. Write what the pod states in their place.`,
    );
  if (captured.containers.some(({ words }) => words.process !== undefined))
    choices.push(
      `A command in ${manifest} is that which runs: with what its image says, which ctr does not tell apart.`,
    );
  choices.push(
    `The restart policy of a pod is not known on its node${restarts === undefined ? '' : `, where ${serving.name} was started again ${restarts} times`}. A drill has no kubelet that would start it again.`,
  );
  if (facts.kubelet === undefined)
    choices.push(
      'The version of the kubelet is not known: it is drilled as 1.37, or serving.pod.kubelet in bundle.json.',
    );
  if (!files.some(({ path }) => path === KUBELET))
    choices.push(
      `The settings of the kubelet could not be read: what shows of them is in ${KUBELET.slice(1)}, if anything.`,
    );
  if (facts.driver === 'cgroupfs')
    choices.push('The kubelet has the driver cgroupfs, and a drill makes slices of systemd with the same limits.');
  return [...choices, ...listDifferences(stream, placeOnNode(bundle, bundle.manifest.serving.pod as ServingPod))];
}

/** A share of a limit that pages and rounded scores may differ by. */
const ALIKE = 0.01;

/** Where a drill sets something else than the node has. */
function* listDifferences(stream: CaptureStream, drilled: NodePod): Generator<string> {
  for (const captured of podOf(stream).captured.containers) {
    const made = drilled.containers.find(({ written }) => written.name === captured.name);
    if (!made) continue;
    const pairs: readonly (readonly [string, Bytes | undefined, Bytes | undefined])[] = [
      ['memory.max', amountOf(captured, 'memory.max'), made.max],
      ['memory.high', amountOf(captured, 'memory.high'), made.high],
      ['memory.oom.group', amountOf(captured, 'memory.oom.group'), made.killsAsGroup ? 1 : 0],
    ];
    for (const [file, found, set] of pairs)
      if (one(captured, file) !== undefined && !isAlike(found, set))
        yield `On the node ${file} of ${captured.name} is ${shown(file, found)}, and a drill sets ${shown(file, set)}: it follows the manifest, the version and the settings of the kubelet.`;
  }
}

const isAlike = (a: Bytes | undefined, b: Bytes | undefined): boolean =>
  a === undefined || b === undefined ? a === b : Math.abs(a - b) <= ALIKE * Math.max(a, b);

const shown = (file: string, amount: Bytes | undefined): string =>
  amount === undefined ? 'max' : file === 'memory.oom.group' ? String(amount) : formatBytes(amount);
