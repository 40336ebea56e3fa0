import { type OomdrillError, usageError } from '../core/errors.js';
import { isLimit } from '../formats/container.js';
import { type Kubelet, readKubelets } from '../formats/kubelet.js';
import { readObjects } from '../formats/kubernetes.js';
import { dig, itemsOf, scalarOf } from '../formats/located.js';
import { type Pod, type PodContainer, readPod } from '../formats/pod.js';
import { HOLDS_KUBELET, readYamlFiles } from '../formats/yaml-files.js';
import type { Bundle } from './bundle.js';
import type { ServingPod } from './pod.js';

/** The pod of a bundle as it is written, and the settings of the kubelet; undefined where there are none. */
export interface WrittenPod {
  readonly pod: Pod;
  readonly containers: readonly NamedContainer[];
  readonly serving: NamedContainer;
  readonly kubelet: Kubelet | undefined;
}

/** A container under the name that it has in its manifest. */
export interface NamedContainer extends PodContainer {
  readonly name: string;
}

/** Refuses a manifest. @param why to follow its path and line */
export const podError = (
  { path, line }: { readonly path: string; readonly line?: number | undefined },
  why: string,
  hint: string,
): OomdrillError => usageError('POD_MANIFEST', `${line === undefined ? path : `${path}:${line}`}: ${why}.`, hint);

/** Finds the pod of a bundle and what serves in it. @throws OomdrillError `POD_MANIFEST` with file and line */
export function readServingPod({ files }: Pick<Bundle, 'files'>, serving: ServingPod): WrittenPod {
  const yaml = readYamlFiles(files.map((file) => ({ ...file, shown: file.path })));
  const kubelets = readKubelets(yaml);
  const own = yaml.filter(({ file }) => file.path === serving.manifest);
  const [found] = own;
  const broken = yaml.find(
    ({ file, fault }) => fault && (file.path === serving.manifest || HOLDS_KUBELET.test(file.text)),
  );
  if (!found)
    throw podError(
      { path: 'bundle.json' },
      `the bundle has no file ${serving.manifest}`,
      'Add the manifest, or correct serving.pod.manifest.',
    );
  if (broken?.fault)
    throw podError(
      { path: broken.file.path, line: broken.fault.line },
      `it is not valid YAML: ${broken.fault.why}`,
      'Correct it.',
    );
  const pods = readObjects(own).flatMap((object) => readPod(object) ?? []);
  const [pod, other] = pods;
  if (!pod)
    throw podError(
      { path: serving.manifest },
      'it describes no pod with containers',
      'Name the manifest of a Pod, or of what has a pod template, such as a Deployment.',
    );
  if (other)
    throw podError(
      other.at,
      `it describes a second pod, ${other.name} after ${pod.name}`,
      'Keep one of them in the file.',
    );
  const [fault] = pod.faults;
  if (fault) throw podError(fault.at, fault.message.replace(/\.$/, ''), fault.fix);
  refuseUnmade(pod);
  const containers = pod.containers.map((each) => ({ ...each, name: scalarOf(dig(each.value, 'name')) ?? '' }));
  for (const each of containers) refuseUnmadeParts(each);
  if (kubelets.length > 1)
    throw podError(
      kubelets[1]?.at ?? { path: serving.manifest },
      'it is a second KubeletConfiguration',
      'Keep one: a node has one kubelet.',
    );
  return { pod, containers, serving: chooseContainer(pod, containers, serving), kubelet: kubelets[0] };
}

function chooseContainer(
  pod: Pod,
  containers: readonly NamedContainer[],
  { container: wanted }: ServingPod,
): NamedContainer {
  const names = containers.map(({ name }) => name).join(', ');
  const [first, second] = containers;
  if (!first) throw podError(pod.at, `${pod.name} has no container`, 'Add the container that serves.');
  if (wanted === undefined && second)
    throw podError(
      pod.at,
      `${pod.name} has ${containers.length} containers, and bundle.json does not say which of them serves`,
      `Set serving.pod.container to one of ${names}.`,
    );
  const found = wanted === undefined ? first : containers.find(({ name }) => name === wanted);
  if (!found)
    throw podError(pod.at, `${pod.name} has no container ${wanted}`, `Set serving.pod.container to one of ${names}.`);
  if (!isLimit(found.container.max ?? pod.max))
    throw podError(
      found.container.at,
      `the container ${found.name} states no limits.memory, so there is no limit to be drilled`,
      'Set resources.limits.memory.',
    );
  return found;
}

/** What the kubelet would make, and a drill does not: another pod would be drilled than the one that is written. */
function refuseUnmade({ spec, name, at }: Pod): void {
  const init = dig(spec, 'initContainers');
  if (itemsOf(init).length > 0)
    throw podError(
      init?.at ?? at,
      `${name} has init containers, and a drill runs none`,
      'Leave them out of the bundle, and put what they prepare into the image.',
    );
  const swapped = dig(spec, 'shareProcessNamespace');
  if (scalarOf(swapped) === 'true')
    throw podError(
      swapped?.at ?? at,
      `${name} shares one PID namespace, which a drill does not make`,
      'Leave shareProcessNamespace out.',
    );
}

function refuseUnmadeParts({ value, name, container }: NamedContainer): void {
  if (!/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(name))
    throw podError(
      container.at,
      `"${name}" is not the name of a container`,
      'Write small letters, digits and hyphens.',
    );
  const mounts = dig(value, 'volumeMounts');
  if (itemsOf(mounts).length > 0)
    throw podError(
      mounts?.at ?? container.at,
      `the container ${name} has volumeMounts, and a drill makes no volumes`,
      'Leave them out of the bundle, and put their files into the image.',
    );
  const from = dig(value, 'envFrom');
  if (from)
    throw podError(
      from.at,
      `the container ${name} has envFrom, and there is nothing to read it from`,
      'Write the variables as env with a value each.',
    );
  for (const each of itemsOf(dig(value, 'env')))
    if (dig(each, 'valueFrom'))
      throw podError(
        each.at,
        `the variable ${scalarOf(dig(each, 'name'))} of the container ${name} has valueFrom, and there is nothing to read it from`,
        'Write its value.',
      );
}

/** The words of a list such as `command`. */
export const argumentsOf = ({ value }: NamedContainer, key: 'command' | 'args'): readonly string[] =>
  itemsOf(dig(value, key)).map((item) => scalarOf(item) ?? '');

/** Its environment, as name and value. */
export const environmentOf = ({ value }: NamedContainer): readonly { readonly key: string; readonly value: string }[] =>
  itemsOf(dig(value, 'env')).map((each) => ({
    key: scalarOf(dig(each, 'name')) ?? '',
    value: scalarOf(dig(each, 'value')) ?? '',
  }));
